"""Use case: create the shop's settings, or change the fields that are named."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.shop import Shop, shop_from_fields, shop_to_fields
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying
from chalicelib.services.ship_segments import ship_segments


def put_shop(app: App, fields: Mapping[str, Any]) -> Shop:
    """Store the settings with the named fields changed; null gives a field its default back.

    The first time, the shipped segments come with the shop.

    Raises:
        InvalidInput: naming every field that is unknown, not valid or missing; nothing is stored.
    """
    shop = retrying(lambda: _put(app, fields))
    ship_segments(app)
    return shop


def _put(app: App, fields: Mapping[str, Any]) -> Shop:
    stored = app.catalog.get("shop", "shop")
    shop = shop_from_fields(shop_from_fields(None, stored.body) if stored else None, fields)
    body = shop_to_fields(shop)
    if stored is None or stored.body != body:
        app.catalog.put(Document(kind="shop", name="shop", body=body, revision=stored.revision if stored else 0))
    return shop
