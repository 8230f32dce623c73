"""Use case: what the page behind a mail's voucher link shows. Changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.codes import show_code
from chalicelib.domain.customers import Customer
from chalicelib.domain.offers import Offer
from chalicelib.domain.redeeming import over_limits, refusal_now
from chalicelib.domain.shop import Shop
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import InvalidToken, UnknownVoucher
from chalicelib.ports import App
from chalicelib.services.find_voucher import find_voucher

PageState = Literal["open", "activated", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherPage:
    """What a visitor may see: the first name and the voucher of that mail, no more."""

    shop: Shop
    locale: str  # the customer's, else the shop's
    first_name: str | None
    offer: Offer
    code: str  # as people read it
    qr: str  # what the till scans: the code in normal form
    expires_at: datetime | None  # aware UTC, valid strictly before
    state: PageState  # closed: used, over, stopped or exhausted; the page does not say which


def show_voucher(app: App, token: str) -> VoucherPage:
    """The page for a signed `r` token.

    Raises:
        InvalidToken: forged, for another purpose, or of a voucher that is not this customer's or was withdrawn.
    """
    voucher, offer, customer = read_token(app, token)
    return page_of(app, voucher, offer, customer)


def read_token(app: App, token: str) -> tuple[Voucher, Offer, Customer | None]:
    """The voucher, offer and customer that a token names. Raises: InvalidToken."""
    fields = app.signer.read("r", token)
    if len(fields) != 4:
        raise InvalidToken
    code, _, _, customer_id = fields
    try:
        voucher, offer = find_voucher(app, code, customer_id)
    except UnknownVoucher as error:
        raise InvalidToken from error
    return voucher, offer, app.customers.get(customer_id)


def page_of(app: App, voucher: Voucher, offer: Offer, customer: Customer | None) -> VoucherPage:
    """The page as the voucher stands now."""
    shop = app.catalog.shop()
    return VoucherPage(
        shop=shop,
        locale=(customer and customer.locale) or shop.locale,
        first_name=customer.first_name if customer else None,
        offer=offer,
        code=show_code(voucher.code),
        qr=voucher.code,
        expires_at=voucher.expires_at or offer.validity.ends_at,
        state=_state(app, voucher, offer, customer),
    )


def _state(app: App, voucher: Voucher, offer: Offer, customer: Customer | None) -> PageState:
    refused = refusal_now(voucher, offer, app.clock.now())
    if refused is None:
        who = customer.id if customer else voucher.customer_id
        # Room for one more minor unit: what is spent to the last is gone.
        refused = over_limits(offer, app.vouchers.usage(offer.name, who), 1, who)
    if refused is not None and refused.reason not in ("not_started", "customer_needed"):
        return "closed"
    return "activated" if voucher.status == "activated" else "open"
