"""Use case: the mail that one customer would get of a template's newest version. It uses no voucher, sends nothing."""

from typing import Any

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.offers import Offer
from chalicelib.domain.picks import pick_products
from chalicelib.domain.shop import Shop
from chalicelib.domain.sign_ups import CONFIRM
from chalicelib.domain.template_versions import locales_from_body
from chalicelib.domain.templates import CompiledTemplate
from chalicelib.domain.urls import safe_url
from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.compose_mail import best_locale
from chalicelib.services.load_version import load_version
from chalicelib.services.mail_variables import end_in_shop, offer_variables, product_variables, shared_variables

SAMPLE_CODE = "SAMPLE-CODE"  # what no issued voucher looks like


def preview_template(app: App, name: str, customer_id: str | None, offer: str | None) -> dict[str, str]:
    """{"subject", "html", "text"} for this customer, or for a made-up one.

    Raises:
        NotFound: no such template, customer or offer.
        RenderingFailed: this customer lacks a value that the template prints.
    """
    shop = app.catalog.shop()
    customer = _customer(app, customer_id)
    template = _newest(app, name, customer, shop)
    variables = _variables(app, name, customer, shop, _offer(app, offer), template.locale)
    subject, html, text = app.renderer.render(template, variables)
    return {"subject": subject, "html": html, "text": text}


def _customer(app: App, customer_id: str | None) -> Customer:
    if customer_id is None:
        return Customer(id="sample", first_name="Ada", last_name="Lovelace", stats=Statistics(orders=3))
    customer = app.customers.get(customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    return customer


def _offer(app: App, name: str | None) -> Offer | None:
    if name is None:
        return None
    offer = app.catalog.offer(name)
    if offer is None:
        raise NotFound("offer", name)
    return offer


def _newest(app: App, name: str, customer: Customer, shop: Shop) -> CompiledTemplate:
    document = app.catalog.get("template", name)
    if document is None:
        raise NotFound("template", name)
    versions = {locale: entry.versions[0] for locale, entry in locales_from_body(document.body).items()}
    return load_version(app, versions[best_locale(versions, customer.locale, shop.locale)])


def _variables(app: App, name: str, customer: Customer, shop: Shop, offer: Offer | None, locale: str) -> dict[str, Any]:
    catalogue = list(app.products.all())

    now = app.clock.now()

    def picks(count: int, by: str = "favourites") -> list[dict[str, Any]]:
        return [product_variables(product, shop) for product in pick_products(catalogue, customer, count, by=by)]

    pages = {"unsubscribe_url": "u", "preferences_url": "p", "view_url": "v"}
    return {
        **shared_variables(customer, shop, locale, now.astimezone(shop.zone).date(), now),
        **{variable: f"{shop.links_url}/{page}/preview" for variable, page in pages.items()},
        "products": picks(1),
        "picks": picks,
        "link": lambda url, number=None: safe_url(url),
        "offer": offer_variables(offer, locale),
        "voucher": _sample_voucher(app, shop, offer),
        "confirmation": {"url": f"{shop.links_url}/{CONFIRM}/preview"} if name == CONFIRM else None,
    }


def _sample_voucher(app: App, shop: Shop, offer: Offer | None) -> dict[str, Any] | None:
    if offer is None:
        return None
    expires_at = end_in_shop(offer.expires_at(app.clock.now(), shop.zone), shop)
    return {"code": SAMPLE_CODE, "url": f"{shop.links_url}/r/preview", "expires_at": expires_at}
