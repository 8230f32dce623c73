"""How a PUT of a customer becomes two values to write: the mailbox, which is the truth on consent, and its mirror."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.consent import consent_from_fields, merge_consent
from chalicelib.domain.customer_fields import customer_from_fields, customer_id
from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import is_outdated
from chalicelib.domain.derive import Basis, derive, only_derived
from chalicelib.domain.mailboxes import Consent, Mailbox, with_consent
from chalicelib.domain.shop import Shop
from chalicelib.errors import Detail, InvalidInput
from chalicelib.ports import App
from chalicelib.services.consent_texts import short_text
from chalicelib.services.load_basis import load_basis
from chalicelib.services.load_history import load_history

_LATEST_ZONE = timedelta(hours=14)  # Kiribati: where the day begins first


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every change is decided with, read once for many."""

    now: datetime
    shop: Shop
    basis: Basis
    as_of: datetime | None = None  # when the shop system last changed what is told now; None: nobody said


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One PUT, checked: the customer as it will be but for the mirror, and the consent that was stated."""

    stored: Customer | None
    customer: Customer
    stated: Consent | None  # its words in the form in which a mailbox holds them
    words: str = ""  # the words themselves, to be kept before the mailbox is written


def surroundings(app: App, as_of: datetime | None = None) -> Surroundings:
    """The time, the shop and the rules as they are now."""
    return Surroundings(now=app.clock.now(), shop=app.catalog.shop(), basis=load_basis(app), as_of=as_of)


def read_change(app: App, around: Surroundings, id_: str, stored: Customer | None, fields: Mapping[str, Any]) -> Change:
    """Check the fields over what is stored.

    An address change moves the customer to the mailbox of the new address. Consent does not follow: it was given for
    the old one. Fields as of an earlier time than what is stored say nothing.

    Raises:
        InvalidInput: every wrong field at once, those of the consent too.
    """
    if stored is not None and is_outdated(around.as_of, stored.as_of):
        fields = {}
    details: list[Detail] = []
    customer, stated = stored or Customer(id=customer_id(id_)), None
    try:
        customer = customer_from_fields(customer, fields, latest=(around.now + _LATEST_ZONE).date())
    except InvalidInput as error:
        details.extend(error.details)
    try:
        stated = _stated_consent(fields, around)
    except InvalidInput as error:
        details.extend(error.details)
    if stated is not None and customer.email is None and not any(detail.where == "email" for detail in details):
        details.append(Detail("consent", "needs an e-mail address: consent is given for an address"))
    if details:
        listed = "; ".join(f"{detail.where} {detail.message}" for detail in details[:3])
        raise InvalidInput(f"Customer {id_[:128]!r} was not saved: {listed}.", details)
    mailbox = app.keyed.mailbox(customer.email) if customer.email else None
    as_of = max(filter(None, (customer.as_of, around.as_of)), default=None)
    words = stated.text if stated else ""
    short = replace(stated, text=short_text(words)) if stated else None
    return Change(stored=stored, customer=replace(customer, mailbox=mailbox, as_of=as_of), stated=short, words=words)


def _stated_consent(fields: Mapping[str, Any], around: Surroundings) -> Consent | None:
    if fields.get("consent") is None:
        return None
    return consent_from_fields(fields["consent"], now=around.now, tracking=around.shop.tracking_default)


def merged_mailbox(change: Change, stored: Mailbox | None) -> Mailbox | None:
    """The mailbox as it will be; None without an address. A new one is made also without a consent: claims need it."""
    if change.customer.mailbox is None:
        return None
    mailbox = stored or Mailbox(hash=change.customer.mailbox)
    if change.stated is None:
        return mailbox
    consent = merge_consent(mailbox.consent, change.stated)
    return mailbox if consent == mailbox.consent else with_consent(mailbox, consent)


def mirrored(customer: Customer, mailbox: Mailbox | None) -> Customer:
    """The customer with what the mailbox says about consent."""
    consent = mailbox.consent if mailbox else None
    status, tracking = (consent.status, consent.tracking) if consent else (None, "none")
    if (customer.consent_status, customer.tracking) == (status, tracking):
        return customer
    return replace(customer, consent_status=status, tracking=tracking)


def finished(app: App, change: Change, mailbox: Mailbox | None, around: Surroundings) -> Customer:
    """The customer as it will be written."""
    customer = mirrored(change.customer, mailbox)
    return derive(customer, around.basis, around.now, load_history(app, customer.id))


def says_nothing_new(change: Change, customer: Customer) -> bool:
    """Whether the stored customer says the same already; what follows by time or norms alone is no news."""
    return change.stored is not None and only_derived(change.stored, customer)
