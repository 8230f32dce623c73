"""Use case: somebody enters an address into a sign-up form; its owner is asked by mail whether that is meant."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.domain.sign_ups import CONFIRM, SignUp, ask, confirmation, confirmation_id, sign_up_from_fields, stamp
from chalicelib.errors import Busy, InvalidInput, StaleRevision
from chalicelib.ports import App
from chalicelib.services.consent_texts import keep_text, short_text
from chalicelib.services.count_sign_ups import count_sign_up, sign_ups_used_up
from chalicelib.services.customer_changes import mirrored
from chalicelib.services.derived_now import derived_now
from chalicelib.services.feed_due import feed_due
from chalicelib.services.keep_consent import keep_sign_up
from chalicelib.services.launch_message import launch_message, pin_versions
from chalicelib.services.mirror_consent import mirror_consent
from chalicelib.services.retrying import retrying
from chalicelib.services.shop_topics import shop_topics


def subscribe(app: App, fields: Mapping[str, Any], origin: str) -> None:
    """Note the sign-up and send one mail that asks to confirm it. What happened is told to nobody.

    In this order: the mailbox, which settles that there is one mail an hour; the customer; what was asked for; the
    message. The message comes last: where it exists all of it was done, and the next sign-up of this address completes
    what a death before it left.

    Args:
        app: the ports.
        fields: email, first_name, topics, locale, source, text, tracking.
        origin: the network address from which they came, for the proof.

    Raises:
        InvalidInput, MalformedRequest: a field is wrong, whoever's address it is.
        Busy: the shop has no template to ask with yet.
    """
    wish = sign_up_from_fields(fields, shop_topics(app), origin)
    versions = _versions(app)
    hash_ = app.keyed.mailbox(wish.email)
    if sign_ups_used_up(app, hash_):
        return
    mailbox, at = retrying(partial(_ask, app, hash_, wish))
    if at is None or app.messages.get(confirmation_id(hash_, at)) is not None:
        return
    if not count_sign_up(app, hash_):
        return
    customer_id = _customer(app, mailbox, wish, at)
    keep_sign_up(app, hash_, at, wish)
    if launch_message(app, confirmation(hash_, at, customer_id, versions), at):
        feed_due(app)


def _versions(app: App) -> dict[str, str]:
    try:
        return pin_versions(app, CONFIRM)
    except InvalidInput as error:
        raise Busy("Signing up is not possible yet: the shop is being set up. Try again in a minute.") from error


def _ask(app: App, hash_: str, wish: SignUp) -> tuple[Mailbox, datetime | None]:
    stored = app.mailboxes.get(hash_) or Mailbox(hash=hash_)
    mailbox, at = ask(stored, replace(wish, text=short_text(wish.text)), app.clock.now())
    if mailbox.consent != stored.consent:
        keep_text(app, wish.text)
    return (mailbox if mailbox == stored else app.mailboxes.put(mailbox)), at


def _customer(app: App, mailbox: Mailbox, wish: SignUp, at: datetime) -> str:
    """The id of whom the mail goes to. A known customer is not changed: anybody can enter an address into a form."""
    new_id = f"sub-{sha256(b'sign-up' + mailbox.hash.encode()).hexdigest()[:24]}"
    known = app.customers.get_many(sorted({*app.customers.by_mailbox(mailbox.hash), new_id}))
    if theirs := sorted(id_ for id_, customer in known.items() if customer.mailbox == mailbox.hash):
        mirror_consent(app, mailbox)
        return theirs[0]
    if new_id in known:  # whoever signed up with this address once has another one now
        new_id = f"{new_id}-{stamp(at)}"
    fresh = Customer(id=new_id, email=wish.email, mailbox=mailbox.hash, first_name=wish.first_name, locale=wish.locale)
    with suppress(StaleRevision):  # another sign-up of this address made it at this moment
        app.customers.put(derived_now(app, mirrored(fresh, mailbox)))
    return new_id
