"""Use case: create a customer, or change the fields that are named."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.ports import App
from chalicelib.services.consent_texts import keep_text
from chalicelib.services.customer_changes import (
    Surroundings,
    finished,
    merged_mailbox,
    read_change,
    says_nothing_new,
    surroundings,
)
from chalicelib.services.keep_consent import keep_consent
from chalicelib.services.mirror_consent import mirror_consent
from chalicelib.services.retrying import retrying


def put_customer(app: App, customer_id: str, fields: Mapping[str, Any]) -> Customer:
    """Store the customer with the named fields changed; null clears one.

    The mailbox is written first, for it is the truth on consent; then the customer, who mirrors it. Whoever dies in
    between is healed by the same PUT again: the consent says nothing new then, and the mirror is written.

    Raises:
        InvalidInput: naming every wrong field; nothing is stored.
    """
    around = surroundings(app)
    customer, _ = retrying(lambda: store_customer(app, around, customer_id, fields))
    return customer


def store_customer(app: App, around: Surroundings, customer_id: str, fields: Mapping[str, Any]) -> tuple[Customer, str]:
    """One attempt: the customer, and "created", "updated" or "unchanged". Raises: InvalidInput, StaleRevision."""
    stored = app.customers.get(customer_id)
    change = read_change(app, around, customer_id, stored, fields)
    hash_ = change.customer.mailbox
    before = app.mailboxes.get(hash_) if hash_ else None
    mailbox = merged_mailbox(change, before)
    consents_anew = mailbox is not None and mailbox.consent != (before.consent if before else None)
    if mailbox is not None and mailbox != before:
        keep_text(app, change.words)
        keep_consent(app, mailbox.hash, before.consent if before else None, mailbox.consent)
        mailbox = app.mailboxes.put(mailbox)
    customer = finished(app, change, mailbox, around)
    if not says_nothing_new(change, customer):
        customer = app.customers.put(customer)
    elif not consents_anew:
        return customer, "unchanged"
    if mailbox is not None and before is not None and consents_anew:
        mirror_consent(app, mailbox)  # on others who have this address
    return customer, "updated" if stored else "created"
