"""Use case: create a product, or change the fields that are named."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.product_fields import product_from_fields, product_sku
from chalicelib.domain.products import Product
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


def store_product(app: App, sku: str, fields: Mapping[str, Any]) -> tuple[Product, str]:
    """One attempt: the product, and "created", "updated" or "unchanged". Raises: InvalidInput, StaleRevision."""
    stored = app.products.get(product_sku(sku))
    product = product_from_fields(stored, sku, fields, app.catalog.shop())
    if product == stored:
        return product, "unchanged"
    return app.products.put(product), "updated" if stored else "created"
