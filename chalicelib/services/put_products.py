"""Use case: create or change many products, in few requests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.domain.product_fields import product_sku
from chalicelib.domain.products import Product
from chalicelib.errors import HabitueError, InvalidInput
from chalicelib.ports import App
from chalicelib.services.put_product import changed_product, store_product
from chalicelib.services.retrying import retrying
from chalicelib.services.ship_segments import ship_segments

Outcome = str | HabitueError  # "created", "updated", "unchanged", or why it was refused


def put_products(
    app: App,
    products: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    dry_run: bool = False,
    as_of: datetime | None = None,
) -> list[Outcome]:
    """As `put_product` for each, in order; one that is refused stops no other.

    Args:
        app: the ports.
        products: skus and fields.
        dry_run: only say what would become of each.
        as_of: when the shop system last changed them; what is stored as of later stays "unchanged".
    """
    shop = app.catalog.shop()
    known = app.products.get_many([sku for sku, _ in products])
    stored = dict(known)
    changed: dict[str, Product] = {}
    outcomes: list[Outcome] = []
    for sku, fields in products:
        try:
            product = changed_product(stored.get(product_sku(sku)), sku, fields, shop, as_of)
        except InvalidInput as error:
            outcomes.append(error)
            continue
        outcomes.append("unchanged" if product == stored.get(sku) else "updated" if sku in stored else "created")
        if product != stored.get(sku):
            stored[sku] = changed[sku] = product
    if not dry_run:
        _write(app, products, changed, as_of)
    return outcomes


def _write(
    app: App,
    products: Sequence[tuple[str, Mapping[str, Any]]],
    changed: Mapping[str, Product],
    as_of: datetime | None,
) -> None:
    """Write all; what somebody else got between is put again by itself, each of its rows in order."""
    stale = app.products.put_many(list(changed.values()))
    for sku, fields in products:
        if sku in stale:
            retrying(partial(store_product, app, sku, fields, as_of))
    ship_segments(app, sorted({product.category for product in changed.values() if product.category}))
