"""Offers and vouchers in the OpenAPI document: their schemas."""

from chalicelib.web.json_schemas import (
    ANY_OBJECT,
    FLAG,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    TIME_OR_NULL,
    WHOLE,
    Schema,
    listed,
    record,
    ref,
)
from chalicelib.web.openapi_orders import LINES

_BENEFIT = record(
    "kind",
    kind={"enum": ["percent", "amount", "free_delivery", "gift"]},
    percent={"type": "integer", "minimum": 1, "maximum": 100},
    ceiling=WHOLE,
    amount=WHOLE,
    sku=TEXT,
    name=TEXT,
)
_OFFER = {
    "benefit": _BENEFIT,
    "conditions": record(min_basket=WHOLE, categories=TEXTS, segments=TEXTS),
    "limits": record(total=WHOLE, per_customer=WHOLE, budget=WHOLE),
    "validity": record(starts_at=TEXT, ends_at=TEXT, days_from_issue=WHOLE),
    "code": record(kind={"enum": ["unique", "shared", "none"]}, value=TEXT),
    "stacking": record(exclusive=FLAG),
}

OFFER_SCHEMAS: dict[str, Schema] = {
    "OfferFields": record("", _OFFER),
    "Offer": record("name benefit", _OFFER, name=TEXT, stopped=FLAG),
    "IssueFields": record("customer_id", closed=True, customer_id=TEXT),
    "Vouchers": record("vouchers", vouchers=listed(ref("Voucher"))),
    "Voucher": record(
        "code customer_id expires_at status",
        code=TEXT,
        customer_id=TEXT_OR_NULL,
        expires_at=TIME_OR_NULL,
        status=TEXT,
    ),
    "VoucherUse": record(
        "order",
        closed=True,
        customer_id=TEXT_OR_NULL,
        order=record("order_id currency lines", order_id=TEXT, currency=TEXT, lines=LINES),
    ),
    "Validation": record("valid reason message code discount", valid=FLAG, code=TEXT, discount=ref("Money")),
    "Redemption": record(
        "redemption_id code discount lines remaining",
        redemption_id=TEXT,
        code=TEXT,
        discount=ref("Money"),
        lines=listed(ANY_OBJECT),
        remaining=ANY_OBJECT,
    ),
}
