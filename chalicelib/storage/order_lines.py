"""How the lines of an order are packed into one item: as one JSON text, a third of the size of a list of maps."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.orders import Order, OrderLine
from chalicelib.storage.order_changes import refunds_from_text, refunds_text

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
        "as_of": order.as_of.isoformat() if order.as_of else None,
        "fulfilment": order.fulfilment or None,
        "refunds": refunds_text(order.refunds),
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
        categories=_named(told, "categories", 3),
        brands=_named(told, "brands", 4),
        costs={line[0]: line[5] for line in told["lines"] if len(line) > 5},
        as_of=datetime.fromisoformat(values["as_of"]) if "as_of" in values else None,
        discounts=tuple((code, amount) for code, amount in json.loads(values.get("discounts", "[]"))),
        fulfilment=values.get("fulfilment", ""),
        refunds=refunds_from_text(values.get("refunds")),
        **{name: values[name] for name in _NAMED if name in values},
    )


def _named(told: Mapping[str, Any], kind: str, place: int) -> dict[str, str]:
    """By sku: what the line gives at this place, as the place of a name among the order's names of that kind."""
    lines = (line for line in told["lines"] if len(line) > place and line[place] is not None)
    return {line[0]: told[kind][line[place]] for line in lines}


def _lines_text(order: Order) -> str:
    categories, brands = sorted(set(order.categories.values())), sorted(set(order.brands.values()))
    category_of = {sku: categories.index(name) for sku, name in order.categories.items()}
    brand_of = {sku: brands.index(name) for sku, name in order.brands.items()}
    known = {sku: [category_of.get(sku), brand_of.get(sku), order.costs.get(sku)] for sku in order.skus}
    lines = [[line.sku, line.quantity, line.unit_price, *_told(known[line.sku])] for line in order.lines]
    told = {"categories": categories, "brands": brands, "lines": lines}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _told(known: list[int | None]) -> list[int | None]:
    """Without the unknown at the end: most shops tell one or two of the three."""
    while known and known[-1] is None:
        known = known[:-1]
    return known
