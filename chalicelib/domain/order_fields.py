"""What the API may say of an order, and how large one may be."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.dates import parse_instant
from chalicelib.domain.money import MAX_AMOUNT, require_currency
from chalicelib.domain.orders import FULFILMENTS, STATUSES, Order, OrderLine
from chalicelib.domain.reading import Faults, Fields
from chalicelib.domain.texts import one_line
from chalicelib.errors import InvalidInput

MAX_ID = 200  # characters of an order's id, a customer's id, a sku
MAX_TEXT = 200  # characters of a store, a channel, a voucher code
MAX_QUANTITY = 10**6
MAX_LINES_BYTES = 350_000  # DynamoDB takes 400 KB an item; some is left for the other fields
_MAX_DISCOUNTS = 50
_LINE_BYTES = 45  # of a packed line beside its sku: quantity, price, category, brand, cost, commas


def check_size(order: Order) -> None:
    """Raise InvalidInput where the lines would not fit into one item."""
    size = sum(len(line.sku.encode()) + _LINE_BYTES for line in order.lines)
    if size > MAX_LINES_BYTES:
        raise InvalidInput(
            f"order {order.order_id[:40]!r} has {len(order.lines)} lines, about {size:,} bytes; "
            f"the limit is {MAX_LINES_BYTES:,} bytes, so split it into several orders"
        )


def order_from_fields(value: Any, currency: str) -> Order:
    """Read the body of `POST /v1/orders`; `currency` is the shop's, for an order that names none.

    Raises:
        MalformedRequest: a wrong type. InvalidInput: a value that is not allowed. Each names every wrong place.
    """
    faults = Faults()
    fields = Fields(value, "", faults)
    fields.needed("order_id", "customer_id", "placed_at", "lines")
    status, fulfilment = fields.parsed("status", told_status, ("placed", ""))
    order = Order(
        order_id=fields.parsed("order_id", _id, ""),
        customer_id=fields.parsed("customer_id", _id, ""),
        placed_at=fields.parsed("placed_at", parse_instant, parse_instant("2000-01-01T00:00:00Z")),
        currency=fields.parsed("currency", require_currency, currency),
        lines=fields.parsed("lines", lambda lines: _lines(lines, faults), ()),
        status=status,
        fulfilment=fulfilment,
        voucher_code=fields.text("voucher_code", MAX_TEXT),
        store=fields.text("store", MAX_TEXT),
        channel=fields.text("channel", MAX_TEXT),
        served_by=fields.text("served_by", MAX_TEXT),
        shipping=fields.whole("shipping", 0, MAX_AMOUNT),
        tax=fields.whole("tax", 0, MAX_AMOUNT),
        discounts=fields.parsed("discounts", lambda discounts: _discounts(discounts, faults), ()),
    )
    fields.done()
    faults.refuse("The order")
    check_size(order)
    return order


def _id(value: Any) -> str:
    return one_line(value, MAX_ID)


def check_order_id(value: Any) -> str:
    """The id of an order. Raises InvalidInput."""
    return one_line(value, MAX_ID)


def told_status(value: Any) -> tuple[str, str]:
    """`status` and `fulfilment` of an order from the one word that the shop says. Raises ValueError."""
    if value in STATUSES:
        return str(value), ""
    if value in FULFILMENTS:
        return "placed", str(value)
    raise ValueError(f"must be one of {', '.join((*FULFILMENTS, *STATUSES[1:]))}")


def fulfilment_status(value: Any) -> str:
    """A step on an order's way. Raises ValueError."""
    if value not in FULFILMENTS:
        raise ValueError(f"must be one of {', '.join(FULFILMENTS)}; for more there are /cancel and /refund")
    return str(value)


def _lines(value: Any, faults: Faults) -> tuple[OrderLine, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError("must be a list of at least one line")
    return tuple(_line(line, f"lines[{place}]", faults) for place, line in enumerate(value))


def _line(value: Mapping[str, Any], where: str, faults: Faults) -> OrderLine:
    fields = Fields(value, where, faults)
    fields.needed("sku", "quantity", "unit_price")
    quantity = fields.whole("quantity", -MAX_QUANTITY, MAX_QUANTITY)
    if quantity == 0:
        fields.invalid("quantity", "must not be 0")
    line = OrderLine(
        sku=fields.parsed("sku", _id, ""),
        quantity=quantity or 1,
        unit_price=fields.whole("unit_price", 0, MAX_AMOUNT) or 0,
    )
    fields.done()
    return line


def _discounts(value: Any, faults: Faults) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, list) or len(value) > _MAX_DISCOUNTS:
        raise TypeError(f"must be a list of at most {_MAX_DISCOUNTS} discounts")
    found = []
    for place, discount in enumerate(value):
        fields = Fields(discount, f"discounts[{place}]", faults)
        fields.needed("code", "amount")
        found.append((fields.text("code", MAX_TEXT) or "", fields.whole("amount", 0, MAX_AMOUNT) or 0))
        fields.done()
    return tuple(found)
