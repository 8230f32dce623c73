"""Use case: a mail that is no customer's: for a preview, or a test to the shop's own people. It uses up nothing."""

from dataclasses import dataclass
from functools import cache
from re import compile as regex
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.offers import Offer
from chalicelib.domain.picks import Catalogue
from chalicelib.domain.sample_customers import made_up, unknown
from chalicelib.domain.shop import Shop
from chalicelib.domain.sign_ups import CONFIRM
from chalicelib.domain.surveys import SURVEY
from chalicelib.domain.templates import CompiledTemplate, Slotted
from chalicelib.domain.urls import safe_url
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.ports import App
from chalicelib.services.compose_mail import best_locale
from chalicelib.services.get_template import load_locales
from chalicelib.services.load_version import load_version
from chalicelib.services.mail_variables import end_in_shop, offer_variables, product_variables, shared_variables

_VERSION = regex(r"[0-9a-f]{32,64}")
SAMPLE_CODE = "SAMPLE-CODE"  # what no issued voucher looks like
SAMPLE, EMPTY = "sample", "empty"
PURPOSE = "t"  # of every link of such a mail, so that none of them is good for anything else


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which mail to make."""

    customer_id: str | None = None
    customer: str | None = None  # SAMPLE or EMPTY, where no customer is named
    offer: str | None = None
    version: str | None = None  # None: the newest
    locale: str | None = None  # None: that of the version, else the one that fits the customer

    def __post_init__(self) -> None:
        if self.customer not in (None, SAMPLE, EMPTY):
            raise InvalidInput(f"customer must be {SAMPLE!r} or {EMPTY!r}, got {self.customer[:40]!r}.")
        if self.customer and self.customer_id:
            raise InvalidInput("Give customer_id or customer, not both.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMail:
    """The finished mail, and of what it was made."""

    template: CompiledTemplate
    subject: str
    body: Slotted
    text: str


def sample_mail(app: App, name: str, wanted: Wanted, *, follow: bool) -> SampleMail:
    """Make the mail.

    Args:
        app: the ports.
        name: of the template.
        wanted: for whom, and which version.
        follow: whether links lead through our own address, as in a mail, or straight on, as a preview has them.

    Raises:
        NotFound: no such template, version, locale, customer or offer.
        RenderingFailed: this customer lacks a value that the template prints.
    """
    shop = app.catalog.shop()
    customer = _customer(app, wanted)
    template = _template(app, name, wanted, customer, shop)
    variables = _Variables(app, shop, customer, _offer(app, wanted.offer), bare=wanted.customer == EMPTY, follow=follow)
    subject, body, text = app.renderer.fill(template, variables.of(template))
    return SampleMail(template=template, subject=subject, body=body, text=text)


def sample_url(app: App, shop: Shop, *fields: str) -> str:
    """A link of such a mail: ("c", address) leads on and counts nobody, any other tells what the real one would do."""
    return f"{shop.links_url}/{PURPOSE}/{app.signer.sign(PURPOSE, fields)}"


def _customer(app: App, wanted: Wanted) -> Customer:
    if wanted.customer_id is None:
        return unknown() if wanted.customer == EMPTY else made_up(app.clock.now())
    customer = app.customers.get(wanted.customer_id)
    if customer is None:
        raise NotFound("customer", wanted.customer_id)
    return customer


def _offer(app: App, name: str | None) -> Offer | None:
    if name is None:
        return None
    offer = app.catalog.offer(name)
    if offer is None:
        raise NotFound("offer", name)
    return offer


def _template(app: App, name: str, wanted: Wanted, customer: Customer, shop: Shop) -> CompiledTemplate:
    if wanted.version is not None:
        # A running campaign may hold a version that the template has forgotten; what it was a version of stays in it.
        found = load_version(app, wanted.version) if _VERSION.fullmatch(wanted.version) else None
        if found is None or found.name != name:
            raise NotFound(f"version of template {name}", wanted.version)
        return found
    newest = {locale: entry.versions[0] for locale, entry in load_locales(app, name).items()}
    if wanted.locale is not None and wanted.locale not in newest:
        raise NotFound(f"locale of template {name}", wanted.locale)
    return load_version(app, newest[wanted.locale or best_locale(newest, customer.locale, shop.locale)])


class _Variables:
    """What the template sees: the customer's own data, with links and a code that are good for nothing."""

    def __init__(
        self, app: App, shop: Shop, customer: Customer, offer: Offer | None, *, bare: bool, follow: bool
    ) -> None:
        self._app, self._shop, self._customer, self._offer = app, shop, customer, offer
        self._catalogue = Catalogue([] if bare else app.products.all())
        self._follow = follow

    def of(self, template: CompiledTemplate) -> dict[str, Any]:
        """By name."""
        now, shop, locale = self._app.clock.now(), self._shop, template.locale

        @cache
        def picks(count: int, by: str = "favourites") -> list[dict[str, Any]]:
            chosen = self._catalogue.pick(self._customer, count, by)
            return [product_variables(product, shop) for product in chosen]

        @cache
        def link(url: str, number: int | None = None) -> str:
            return self._url("c", safe_url(url)) if self._follow else safe_url(url)

        return {
            **shared_variables(self._customer, shop, locale, now.astimezone(shop.zone).date(), now),
            "unsubscribe_url": self._url("u"),
            "preferences_url": self._url("p"),
            "view_url": self._url("v"),
            "products": picks(1),
            "picks": picks,
            "link": link,
            "survey": lambda question, answer=None: self._url(SURVEY),
            "offer": offer_variables(self._offer, locale),
            "voucher": self._voucher(self._offer),
            "confirmation": {"url": self._url(CONFIRM)} if template.name == CONFIRM else None,
        }

    def _url(self, *fields: str) -> str:
        return sample_url(self._app, self._shop, *fields)

    def _voucher(self, offer: Offer | None) -> dict[str, Any] | None:
        if offer is None:
            return None
        expires_at = end_in_shop(offer.expires_at(self._app.clock.now(), self._shop.zone), self._shop)
        return {"code": SAMPLE_CODE, "url": self._url("r"), "expires_at": expires_at}
