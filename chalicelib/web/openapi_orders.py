"""Orders and events in the OpenAPI document: their schemas."""

from chalicelib.domain.orders import FULFILMENTS, STATUSES
from chalicelib.web.json_schemas import (
    COUNT,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    TIME_OR_NULL,
    WHOLE,
    Schema,
    listed,
    maybe,
    record,
    ref,
)

_LINE = record("sku quantity unit_price", sku=TEXT, quantity=WHOLE, unit_price=COUNT)
LINES: Schema = {"type": "array", "items": _LINE, "minItems": 1}
_STATUS: Schema = {"enum": sorted({*FULFILMENTS, *STATUSES})}
EVENT = {
    "event_id": TEXT,
    "customer_id": TEXT,
    "name": {"type": "string", "pattern": "^[a-z][a-z0-9_.-]{0,63}$"},
    "at": TIME,
    "properties": {
        "type": ["object", "null"],
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        "maxProperties": 50,
    },
}

ORDER_SCHEMAS: dict[str, Schema] = {
    "OrderFields": record(
        "order_id customer_id placed_at lines",
        order_id=TEXT,
        customer_id=TEXT,
        placed_at=TIME,
        currency=TEXT,
        lines=LINES,
        status=TEXT,
        store=TEXT_OR_NULL,
        channel=TEXT_OR_NULL,
        voucher_code=TEXT_OR_NULL,
    ),
    "Order": record(
        "order_id customer_id placed_at currency lines total status",
        result={"enum": ["created", "updated", "unchanged"]},
        order_id=TEXT,
        customer_id=TEXT,
        placed_at=TIME,
        currency=TEXT,
        lines=listed(_LINE),
        total=ref("Money"),
        status=_STATUS,
        refunds=listed(ref("Refund")),
        voucher_code=TEXT_OR_NULL,
        store=TEXT_OR_NULL,
        channel=TEXT_OR_NULL,
    ),
    "OrderCancel": record(closed=True, at=TIME_OR_NULL),
    "OrderRefund": record(
        closed=True,
        refund_id=TEXT_OR_NULL,
        at=TIME_OR_NULL,
        lines=maybe(listed(record("sku quantity", sku=TEXT, quantity=COUNT))),
        amount={"type": ["integer", "null"], "minimum": 1},
    ),
    "OrderStatus": record("status", closed=True, status={"enum": list(FULFILMENTS)}, at=TIME_OR_NULL),
    "OrderChanges": record(
        "result order_id status refunds",
        result={"enum": ["updated", "unchanged", "kept"]},
        order_id=TEXT,
        status={"anyOf": [_STATUS, {"type": "null"}]},
        cancelled_at=TIME_OR_NULL,
        statuses={"type": "object", "additionalProperties": TIME},
        refunds=listed(ref("Refund")),
    ),
    "Refund": record(
        "refund_id at lines amount",
        refund_id=TEXT,
        at=TIME,
        lines=listed(record("sku quantity", sku=TEXT, quantity=COUNT)),
        amount={"type": ["integer", "null"]},
    ),
    "EventFields": record("event_id customer_id name at", EVENT, closed=True),
    "Event": record("result event_id customer_id name at properties", EVENT, result={"enum": ["created", "unchanged"]}),
}
