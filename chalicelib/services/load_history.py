"""How a customer's history is found: read only when a rule asks for it, which for most customers none does."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.domain.history import History, Purchase, purchases, times_by_name
from chalicelib.domain.orders import OrderHeader
from chalicelib.domain.returns import Remains, remains
from chalicelib.ports import App


def load_history(app: App, customer_id: str) -> History:
    """The customer's history; one query of the orders, one of the events, each when it is first needed."""

    def bought() -> Sequence[Purchase]:
        headers = app.orders.headers(customer_id)
        return purchases(headers, load_remains(app, headers), app.catalog.shop().currency)

    return History(bought, lambda: _times(app, customer_id))


def history_around(
    app: App, customer_id: str, headers: Sequence[OrderHeader], left: Mapping[str, Remains], currency: str
) -> History:
    """The same where the orders have been read already."""
    return History(lambda: purchases(headers, left, currency), lambda: _times(app, customer_id))


def _times(app: App, customer_id: str) -> Mapping[str, Sequence[datetime]]:
    return times_by_name(app.events.of(customer_id))


def load_remains(app: App, headers: Sequence[OrderHeader]) -> dict[str, Remains]:
    """What returns left; no lines are read for a customer who never gave anything back."""
    placed = [header for header in headers if header.status == "placed"]
    returned = [header.placed_at for header in placed if header.takes_back]
    if not returned:
        return {}
    before = [header.order_id for header in placed if header.placed_at <= max(returned)]
    return remains(app.orders.get_many(before).values())
