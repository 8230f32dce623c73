"""Use case: create a product, or change the fields that are named."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.dates import is_outdated
from chalicelib.domain.product_fields import product_from_fields, product_sku
from chalicelib.domain.products import Product
from chalicelib.domain.shop import Shop
from chalicelib.ports import App
from chalicelib.services.retrying import retrying
from chalicelib.services.ship_segments import ship_segments


def put_product(app: App, sku: str, fields: Mapping[str, Any]) -> Product:
    """Store the product with the named fields changed; null clears one. A new category gets its segment of fans.

    Raises:
        InvalidInput: naming every wrong field; nothing is stored.
    """
    product, _ = retrying(lambda: store_product(app, sku, fields))
    if product.category:
        ship_segments(app, [product.category])
    return product


def store_product(app: App, sku: str, fields: Mapping[str, Any], as_of: datetime | None = None) -> tuple[Product, str]:
    """One attempt: the product, and "created", "updated" or "unchanged". Raises: InvalidInput, StaleRevision."""
    stored = app.products.get(product_sku(sku))
    product = changed_product(stored, sku, fields, app.catalog.shop(), as_of)
    if product == stored:
        return product, "unchanged"
    return app.products.put(product), "updated" if stored else "created"


def changed_product(
    stored: Product | None, sku: str, fields: Mapping[str, Any], shop: Shop, as_of: datetime | None
) -> Product:
    """The product as it will be: as it stands where it is known as of a later time. Raises: InvalidInput."""
    if stored is not None and is_outdated(as_of, stored.as_of):
        return stored
    product = product_from_fields(stored, sku, fields, shop)
    return replace(product, as_of=as_of or product.as_of)
