"""How the analyses of one customer are written as JSON: the same names that rules use, null for "not enough data"."""

from datetime import datetime

from chalicelib.domain.customers import Customer
from chalicelib.domain.lifetime import lifetime
from chalicelib.domain.norms import Norms
from chalicelib.domain.opportunity import opportunity
from chalicelib.domain.rhythm import expected_next_order_at, lapsing_score
from chalicelib.domain.wallet import share_of_wallet
from chalicelib.web.schemas import Json, money_json, time_json


def analyses_json(customer: Customer, norms: Norms | None, now: datetime, currency: str) -> Json:
    """The classes by the last measuring run, and what follows from the customer alone."""
    stats, value = customer.stats, lifetime(customer.stats)
    rated = opportunity(customer, norms.categories, norms.at) if norms else None
    return {
        "rfm": customer.classes.rfm,
        "abc": customer.classes.abc,
        "xyz": customer.classes.xyz,
        "ltv": None if value.value is None else money_json(value.value, currency),
        "gross_profit": None if value.gross_profit is None else money_json(value.gross_profit, currency),
        "expected_next_order_at": time_json(expected_next_order_at(stats)),
        "lapsing_score": lapsing_score(stats, now),
        "opportunity": rated.level if rated else None,
        "opportunity_because": list(rated.reasons) if rated else [],
        "share_of_wallet": share_of_wallet(customer),
        "top_brands": list(stats.top_brands),
    }
