"""Use case: what one person's mail says: the variables of the template, the signed links, headers and tags."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import require_zone
from chalicelib.domain.messages import Batch, Message
from chalicelib.domain.offers import Offer
from chalicelib.domain.picks import Catalogue
from chalicelib.domain.products import Product
from chalicelib.domain.send_tags import feedback_tags, send_tags
from chalicelib.domain.shop import Shop
from chalicelib.domain.sign_ups import CONFIRM, stamp
from chalicelib.domain.surveys import SURVEY, SurveyLink
from chalicelib.domain.templates import CompiledTemplate, Mail
from chalicelib.domain.tracked_links import TrackedLink
from chalicelib.domain.urls import safe_url
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import RenderingFailed
from chalicelib.ports import App
from chalicelib.services.load_version import load_version
from chalicelib.services.mail_variables import (
    offer_variables,
    product_variables,
    shared_variables,
    voucher_variables,
)

LONGEST_HEADER = 995  # SES's limit for one header's value: https://docs.aws.amazon.com/ses/latest/APIReference-V2/


def best_locale(locales: Mapping[str, str], wanted: str | None, fallback: str) -> str:
    """Of the locales that a template has: the wanted one, its language, the shop's, its language, any."""
    for name in (wanted or "", (wanted or "").split("-")[0], fallback, fallback.split("-")[0], "en"):
        if name in locales:
            return name
    return min(locales)


class Composer:
    """Makes the mails of one batch: what all of them share is looked up once."""

    def __init__(self, app: App, message: Message, batch: Batch, shop: Shop, offer: Offer | None) -> None:
        self._app = app
        self._message = message
        self._batch = batch
        self._shop = shop
        self._offer = offer
        self._about = app.products.get_many(message.products)
        self._templates: dict[str, CompiledTemplate] = {}
        self._products: dict[str, dict[str, Any]] = {}  # what templates see of each, by sku

    @cached_property
    def _catalogue(self) -> Catalogue:
        """All products; read only where a template picks some."""
        return Catalogue(self._app.products.recent(), without=self._message.products)

    def compose(self, customer: Customer, voucher: Voucher | None) -> Mail:
        """The finished mail. Raises: RenderingFailed, and then only this person's row fails."""
        if not customer.email or not customer.mailbox:
            raise RenderingFailed(f"customer {customer.id!r} has no address")
        template = self._template(customer)
        links = self._links(customer)
        variables = self._variables(customer, voucher, template.locale, links)
        subject, body, text = self._app.renderer.fill(template, variables)
        return Mail(
            to=customer.email,
            sender=self._shop.sender,
            sender_name=self._message.from_name or self._shop.name,
            reply_to=self._message.reply_to or self._shop.reply_to,
            subject=subject,
            body=body,
            text=text,
            headers=self._headers(links["unsubscribe_url"]),
            tags={
                **send_tags(self._message.id, self._batch.id, customer.id),
                **feedback_tags(self._message.name, self._message.topic),
            },
            configuration_set=self._configuration_set(customer),
        )

    def _template(self, customer: Customer) -> CompiledTemplate:
        locale = best_locale(self._message.versions, customer.locale, self._shop.locale)
        if locale not in self._templates:
            self._templates[locale] = load_version(self._app, self._message.versions[locale])
        return self._templates[locale]

    def _send(self, customer: Customer) -> tuple[str, str, str]:
        return self._message.id, self._batch.id, customer.id

    def _told(self, url: str) -> str:
        """The address with what the shop's web analytics are told, if they are told anything."""
        return self._shop.utm.added_to(url, self._message.name) if self._shop.utm else url

    def _tracked(self, customer: Customer, url: str, number: int | None) -> TrackedLink:
        message_id, batch_id, customer_id = self._send(customer)
        return TrackedLink(message_id=message_id, batch_id=batch_id, customer_id=customer_id, number=number, url=url)

    def _asked(self, customer: Customer, question: str, answer: str | float | None) -> SurveyLink:
        message_id, _, customer_id = self._send(customer)
        mailbox = customer.mailbox or ""
        return SurveyLink(
            question=question, answer=answer, mailbox=mailbox, message_id=message_id, customer_id=customer_id
        )

    def _url(self, page: str, fields: Sequence[str]) -> str:
        return f"{self._shop.links_url}/{page}/{self._app.signer.sign(page, fields)}"

    def _links(self, customer: Customer) -> dict[str, str]:
        person = (customer.mailbox or "", *self._send(customer))
        return {
            "unsubscribe_url": self._url("u", person),
            "preferences_url": self._url("p", person),
            "view_url": self._url("v", self._send(customer)),
        }

    def _confirmation(self, customer: Customer) -> dict[str, str] | None:
        """The link that confirms a sign-up; None in every other message."""
        if (self._message.source, self._message.name) != ("service", CONFIRM):
            return None
        return {"url": self._url(CONFIRM, (customer.mailbox or "", stamp(self._message.created_at), customer.id))}

    def _headers(self, unsubscribe_url: str) -> dict[str, str]:
        """RFC 8058: both headers, or mail clients show no button; https only, mailto was not proved."""
        header = f"<{unsubscribe_url}>"
        if len(header) >= LONGEST_HEADER:
            raise RenderingFailed(
                f"the unsubscribe link has {len(header)} characters, the limit is {LONGEST_HEADER - 1}"
            )
        return {"List-Unsubscribe": header, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    def _configuration_set(self, customer: Customer) -> str:
        opens = "-opens" if self._message.stream == "marketing" and customer.tracking == "full" else ""
        return f"{self._app.configuration_set_prefix}-{self._message.stream}{opens}"

    def _variables(
        self, customer: Customer, voucher: Voucher | None, locale: str, links: Mapping[str, str]
    ) -> dict[str, Any]:
        about = [self._about[sku] for sku in self._message.products if sku in self._about]

        # A template asks for the same picks and links twice, for its HTML and its text.
        @cache
        def picks(count: int, by: str = "favourites") -> list[dict[str, Any]]:
            return [self._product(product) for product in self._catalogue.pick(customer, count, by)]

        @cache
        def link(url: str, number: int | None = None) -> str:
            if url.startswith(f"{self._shop.links_url}/"):
                return safe_url(url)  # a page of the mail, or a link that is tracked: no detour to a signed address
            return self._url("c", self._tracked(customer, self._told(safe_url(url)), number).to_fields())

        @cache
        def survey(question: str, answer: str | float | None = None) -> str:
            return self._url(SURVEY, self._asked(customer, question, answer).to_fields())

        return {
            **links,
            **shared_variables(customer, self._shop, locale, self._day(customer), self._app.clock.now()),
            "products": [self._product(product) for product in about],
            "picks": picks,
            "link": link,
            "survey": survey,
            "offer": offer_variables(self._offer, locale),
            "confirmation": self._confirmation(customer),
            "voucher": self._voucher(customer, voucher),
        }

    def _product(self, product: Product) -> dict[str, Any]:
        if product.sku not in self._products:
            self._products[product.sku] = product_variables(product, self._shop)
        return self._products[product.sku]

    def _day(self, customer: Customer) -> date:
        """The local day that the mail is for."""
        zone = require_zone(customer.time_zone or self._shop.time_zone)
        return self._message.local_day or self._app.clock.now().astimezone(zone).date()

    def _voucher(self, customer: Customer, voucher: Voucher | None) -> dict[str, Any] | None:
        if voucher is None:
            return None
        url = self._url("r", (voucher.code, *self._send(customer)))
        return voucher_variables(voucher, url, self._shop)
