"""What the shipped templates are shown with: two customers of the sample shop, and what each message is about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.offers import Offer, offer_from_fields
from chalicelib.domain.picks import Catalogue
from chalicelib.domain.products import Product
from chalicelib.domain.shop import Shop
from chalicelib.domain.sign_ups import CONFIRM
from chalicelib.domain.vouchers import Voucher
from chalicelib.email.library import Library
from chalicelib.local.sample.catalogue import SampleProduct, sample_products
from chalicelib.local.sample.chance import Chance
from chalicelib.local.sample_shop import IMAGE_BASE, SEED
from chalicelib.services.mail_variables import (
    offer_variables,
    product_variables,
    shared_variables,
    voucher_variables,
)

NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)
LINKS = "https://links.kettle-and-crane.example.com"
SHOP = Shop(
    name="Kettle & Crane",
    sender="hello@kettle-and-crane.example.com",
    reply_to="service@kettle-and-crane.example.com",
    postal_address="Kettle & Crane, 12 Wharf Street, Bristol BS1 4RW, United Kingdom",
    links_url=LINKS,
    brand={"colour": "#1f5c4d"},
)
_STATS = Statistics(
    orders=7,
    spent=18350,
    receipts=7,
    first_order_at=NOW - timedelta(days=1500),
    last_order_at=NOW - timedelta(days=44),
    mean_gap_days=41.2,
    categories={"Coffee beans": 9, "Green tea": 6, "Brewing gear": 2},
)
_CUSTOMER = Customer(
    id="c-1",
    joined_on=date(2022, 6, 15),
    stage="regular",
    tier="gold",
    points=1320,
    segments=("regulars",),
    stats=_STATS,
)
# What a message tells of its customer, where the one above would not get it.
_TOLD = {
    "second-purchase": replace(_STATS, orders=1, first_order_at=NOW - timedelta(days=12), mean_gap_days=None),
    "win-back": replace(_STATS, last_order_at=NOW - timedelta(days=203)),
}
CUSTOMERS = {
    "en": replace(_CUSTOMER, first_name="Eleanor", last_name="Whitfield", locale="en-GB", time_zone="Europe/London"),
    "de": replace(_CUSTOMER, first_name="Friederike", last_name="Baum", locale="de-DE", time_zone="Europe/Berlin"),
}
# What a message is about, where it is about something.
_ABOUT: Mapping[str, Sequence[str]] = {
    "new-product": ["CB-110"],
    "back-in-stock": ["GT-405"],
    "abandoned-cart": ["BG-602", "CB-102", "GT-405"],
    "replenishment": ["CB-103", "BG-601"],
    "review-request": ["BG-605", "GT-402"],
    "thank-you": ["BT-304", "BG-606"],
    "general": ["GT-410"],
}
_WITHOUT_OFFER = frozenset({CONFIRM, "abandoned-cart", "back-in-stock", "review-request"})
_OFFER: Mapping[str, Any] = {"benefit": {"kind": "percent", "percent": 10}, "validity": {"days_from_issue": 21}}


def sample_variables(name: str, locale: str, shop: Shop = SHOP) -> dict[str, Any]:
    """What the template of this name and locale is rendered with."""
    customer = replace(CUSTOMERS[locale], stats=_TOLD.get(name, _STATS))
    shelf = [_product(product) for product in sample_products(Chance(SEED), today=NOW.date())]
    about = [product for sku in _ABOUT.get(name, ()) for product in shelf if product.sku == sku]
    offer = None if name in _WITHOUT_OFFER else _offer(name, shop)

    catalogue = Catalogue(shelf, without={product.sku for product in about})

    def picks(count: int, by: str = "favourites") -> list[dict[str, Any]]:
        return [product_variables(product, shop) for product in catalogue.pick(customer, count, by)]

    return {
        **shared_variables(customer, shop, locale, NOW.date(), NOW),
        **{f"{page}_url": f"{LINKS}/{page[0]}/sample" for page in ("unsubscribe", "preferences", "view")},
        "products": [product_variables(product, shop) for product in about],
        "picks": picks,
        "link": lambda url, number=None: url,
        "survey": lambda question, answer=None: f"{LINKS}/s/sample",
        "offer": offer_variables(offer, locale),
        "voucher": _voucher(offer, shop),
        "confirmation": {"url": f"{LINKS}/{CONFIRM}/sample"} if name == CONFIRM else None,
    }


def _offer(name: str, shop: Shop) -> Offer:
    """The offer of the playbook of this name; of what has none yet, one that would do."""
    fields = Library().flows().get(name, {}).get("offer", _OFFER)
    return offer_from_fields(name, fields, shop.currency, shop.zone)


def _voucher(offer: Offer | None, shop: Shop) -> dict[str, Any] | None:
    if offer is None:
        return None
    expires_at = offer.expires_at(NOW, shop.zone)
    voucher = Voucher(code="7K4QXM2PD9WRT", offer=offer.name, issued_at=NOW, expires_at=expires_at)
    return voucher_variables(voucher, f"{LINKS}/r/sample", shop)


def _product(product: SampleProduct) -> Product:
    return Product(
        sku=product.sku,
        name=product.name,
        category=product.category,
        brand=product.brand,
        price=product.price,
        stock=product.stock,
        image_url=f"{IMAGE_BASE}/{product.sku}.svg",
        url=product.url,
        launched_at=product.launched_at,
    )
