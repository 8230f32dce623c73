"""Use case: what a template sees of customer, shop, products, offer and voucher; in mails and previews alike."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.domain.codes import show_code
from chalicelib.domain.colours import brand_colours
from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import occurrence
from chalicelib.domain.offer_words import offer_in_words
from chalicelib.domain.offers import Offer
from chalicelib.domain.products import Product
from chalicelib.domain.shop import Shop
from chalicelib.domain.vouchers import Voucher


def shared_variables(customer: Customer, shop: Shop, locale: str, day: date, now: datetime) -> dict[str, Any]:
    """What every mail and preview knows, whatever its message.

    Args:
        customer: to whom.
        shop: from whom.
        locale: of the template's version.
        day: the local day that the mail is for; `customer.years` are the whole years since joining, on that day.
        now: when the mail is made; filters count from it, templates cannot print it.
    """
    return {
        "made_at": now,
        "customer": _customer(customer, shop, day),
        "shop": _shop(shop),
        "postal_address": shop.postal_address,
        "locale": locale,
        "tier": {"name": customer.tier},
        "points": {"balance": customer.points},
    }


def _customer(customer: Customer, shop: Shop, day: date) -> dict[str, Any]:
    stats = customer.stats
    plain = ("id", "email", "first_name", "last_name", "country", "region", "home_store", "birthday", "joined_on")
    return {
        **{name: getattr(customer, name) for name in (*plain, "stage", "tier", "points")},
        "locale": customer.locale or shop.locale,
        "time_zone": customer.time_zone or shop.time_zone,
        "years": whole_years(customer.joined_on, day),
        "orders": stats.orders,
        "interests": list(customer.interests),
        "segments": list(customer.segments),
        "top_categories": list(stats.top_categories),
        "attributes": dict(customer.attributes),
        "stats": {
            "orders": stats.orders,
            "spent": stats.spent,
            "first_order_at": stats.first_order_at,
            "last_order_at": stats.last_order_at,
            "mean_gap_days": stats.mean_gap_days,
            "top_categories": list(stats.top_categories),
            "other_currencies": dict(stats.other_currencies),
        },
    }


def whole_years(since: date | None, day: date) -> int | None:
    """Whole years from a date to a day; None without a date, and before the first year is full."""
    if since is None:
        return None
    return max(0, day.year - since.year - (day < occurrence(since, day.year))) or None


def _shop(shop: Shop) -> dict[str, Any]:
    return {
        "name": shop.name,
        "from": shop.sender,
        "reply_to": shop.reply_to,
        "postal_address": shop.postal_address,
        "currency": shop.currency,
        "time_zone": shop.time_zone,
        "locale": shop.locale,
        "links_url": shop.links_url,
        "brand": brand_variables(shop.brand),
    }


def brand_variables(brand: Mapping[str, str]) -> dict[str, str]:
    """The shop's brand with all the colours that follow from its one, ours where it set none."""
    # A style holds no quotes: CSS takes font names of several words without them.
    font = {"font": brand["font"].replace("'", "")} if brand.get("font") else {}
    return {**brand, **font, **brand_colours(brand.get("colour", ""))}


def product_variables(product: Product, shop: Shop) -> dict[str, Any]:
    """A product as templates see it; money in minor units beside its currency."""
    plain = ("sku", "name", "category", "brand", "price", "compare_at_price", "image_url", "url", "stock")
    return {
        **{name: getattr(product, name) for name in (*plain, "launched_at")},
        "currency": shop.currency,
        "attributes": dict(product.attributes),
    }


def offer_variables(offer: Offer | None, locale: str) -> dict[str, Any] | None:
    """An offer as templates see it; None where the message has none."""
    if offer is None:
        return None
    return {"name": offer.name, "words": offer_in_words(offer, locale), "benefit": offer.benefit.to_fields()}


def voucher_variables(voucher: Voucher, url: str, shop: Shop) -> dict[str, Any]:
    """A voucher as templates see it."""
    return {"code": show_code(voucher.code), "url": url, "expires_at": end_in_shop(voucher.expires_at, shop)}


def end_in_shop(end: datetime | None, shop: Shop) -> datetime | None:
    """The end in the shop's own zone, in which filters then tell it: a voucher ends with the shop's day, as its page
    says, and not an hour into the next day of a customer further east."""
    return None if end is None else end.astimezone(shop.zone)
