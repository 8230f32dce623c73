"""How the lines of an order are packed into one item: as one JSON text, a third of the size of a list of maps."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.orders import Order, OrderLine

_NAMED = ("status", "voucher_code", "store", "channel", "served_by", "shipping", "tax")  # kept as they are


def lines_to_item(order: Order) -> dict[str, Any]:
    """The attributes of the item, its key aside. A field that says nothing is None."""
    return {
        "id": order.order_id,
        "customer": order.customer_id,
        "at": order.placed_at.isoformat(),
        "currency": order.currency,
        "lines": _lines_text(order),
        "discounts": json.dumps(order.discounts) if order.discounts else None,
        **{name: getattr(order, name) for name in _NAMED},
    }


def lines_from_item(values: Mapping[str, Any]) -> Order:
    """The order of an item."""
    told = json.loads(values["lines"])
    return Order(
        order_id=values["id"],
        customer_id=values["customer"],
        placed_at=datetime.fromisoformat(values["at"]),
        currency=values["currency"],
        lines=tuple(OrderLine(sku=line[0], quantity=line[1], unit_price=line[2]) for line in told["lines"]),
        categories={line[0]: told["categories"][line[3]] for line in told["lines"] if len(line) > 3},
        discounts=tuple((code, amount) for code, amount in json.loads(values.get("discounts", "[]"))),
        **{name: values[name] for name in _NAMED if name in values},
    )


def _lines_text(order: Order) -> str:
    names = sorted(set(order.categories.values()))
    places = {sku: names.index(category) for sku, category in order.categories.items()}
    lines = [
        [line.sku, line.quantity, line.unit_price, *([places[line.sku]] if line.sku in places else [])]
        for line in order.lines
    ]
    return json.dumps({"categories": names, "lines": lines}, ensure_ascii=False, separators=(",", ":"))
