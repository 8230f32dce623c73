"""How a product is read from the API's fields, merged over what is known."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.customer_fields import merge_attributes
from chalicelib.domain.dates import parse_instant
from chalicelib.domain.money import require_money
from chalicelib.domain.products import Product
from chalicelib.domain.shop import Shop
from chalicelib.domain.texts import identifier, one_line
from chalicelib.errors import Detail, InvalidInput

MAX_STOCK = 10**9


def product_sku(value: Any) -> str:
    """The shop's own number of a product. Raises: InvalidInput."""
    return identifier(value, "sku")


def product_from_fields(current: Product | None, sku: str, fields: Mapping[str, Any], shop: Shop) -> Product:
    """The product with the named fields changed; null clears one.

    Money is in the shop's currency; `launched_at` without an offset is local time of the shop.

    Raises:
        InvalidInput: every field that is not valid, and the name where a new product has none, at once.
    """
    product = current or Product(sku=sku, name="")
    parsers = _parsers(product, shop)
    details: list[Detail] = []
    changes: dict[str, Any] = {}
    for name, value in fields.items():
        if name in {"sku", "currency"}:
            continue
        if name not in parsers:
            details.append(Detail(str(name)[:60], f"is no field of a product; there are {', '.join(sorted(parsers))}"))
        elif value is None:
            changes[name] = {} if name == "attributes" else "" if name == "name" else None
        else:
            try:
                changes[name] = parsers[name](value)
            except InvalidInput as error:
                details.extend(error.details or [Detail(name, error.message)])
    if not changes.get("name", product.name) and not any(detail.where == "name" for detail in details):
        details.append(Detail("name", "is needed"))
    details += _currency(fields, shop)
    if details:
        listed = "; ".join(f"{detail.where} {detail.message}" for detail in details[:3])
        raise InvalidInput(f"The product was not saved: {listed}.", details)
    return replace(product, **changes)


def _currency(fields: Mapping[str, Any], shop: Shop) -> list[Detail]:
    given = fields.get("currency")
    if given in {None, shop.currency}:
        return []
    return [Detail("currency", f"{str(given)[:10]!r} is not the shop's currency, {shop.currency}")]


def _parsers(product: Product, shop: Shop) -> dict[str, Callable[[Any], Any]]:
    def price(value: Any) -> int:
        money = require_money(value, shop.currency)
        if money.currency != shop.currency:
            raise InvalidInput(f"is in {money.currency}; the shop's currency is {shop.currency}")
        if money.amount < 0:
            raise InvalidInput(f"must be 0 or more, got {money.amount}")
        return money.amount

    return {
        "name": lambda value: one_line(value, 200),
        "category": lambda value: one_line(value, 100),
        "brand": lambda value: one_line(value, 100),
        "price": price,
        "cost": price,
        "compare_at_price": price,
        "stock": _stock,
        "image_url": web_address,
        "url": web_address,
        "launched_at": lambda value: parse_instant(value, shop.zone),
        "attributes": lambda value: merge_attributes(product.attributes, value),
    }


def _stock(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_STOCK:
        return value
    raise InvalidInput(f"must be a whole number from 0 to {MAX_STOCK}")


def web_address(value: Any) -> str:
    """An absolute http or https address, as a link or an image of a mail needs it.

    Raises:
        InvalidInput: another scheme, no host, user info, white space, quotes, or over 2,000 characters.
    """
    address = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
    except ValueError:
        good = False
    if not good or len(address) > 2000 or not address.startswith(("http://", "https://")) or not _plain(address):
        raise InvalidInput("must be an absolute address that begins with https:// or http://")
    return address


def _plain(address: str) -> bool:
    # Letters beyond ASCII are allowed: browsers encode them. What could end an attribute or hide the host is not.
    return not any(sign.isspace() or ord(sign) < 32 or sign in "\"'<>\\`{}^|" for sign in address)
