"""Use case: the owner of an address confirms a sign-up, or looks at what there is to confirm."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from chalicelib.domain.mailboxes import Mailbox
from chalicelib.domain.sign_ups import CONFIRM, LIFE, SignUp, confirm, has_all, overruled, read_stamp
from chalicelib.errors import InvalidToken
from chalicelib.ports import App
from chalicelib.services.consent_texts import keep_text, short_text
from chalicelib.services.keep_consent import find_sign_up, keep_consent
from chalicelib.services.mirror_consent import mirror_consent
from chalicelib.services.retrying import retrying
from chalicelib.services.shop_topics import shop_topics

State = Literal["open", "over", "already", "confirmed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What the page says."""

    state: State  # over: too old, or taken back since
    hash: str
    customer_id: str
    topics: tuple[str, ...]  # asked for; none: all


@dataclass(frozen=True, slots=True)
class _Asked:
    hash: str
    customer_id: str
    at: datetime
    wish: SignUp


def read_sign_up(app: App, token: str) -> Confirmation:
    """What there is to confirm. Changes nothing: scanners open it too.

    Raises:
        InvalidToken: forged, cut short, made for another purpose, or of somebody who was erased since.
    """
    asked = _read(app, token)
    mailbox = app.mailboxes.get(asked.hash) or Mailbox(hash=asked.hash)
    return _answer(asked, _state(mailbox, asked, app.clock.now()))


def confirm_sign_up(app: App, token: str, *, origin: str, words: str) -> Confirmation:
    """Grant what the sign-up asked for, by the person's own hand. A second time says that it was done.

    The grant and its proof are one write of the mailbox. A suppression stays: an address that bounced or complained is
    not mailed, whatever is confirmed.

    Args:
        app: the ports.
        token: of the link.
        origin: the network address that confirms, for the proof.
        words: what the page asked; kept as the text where the form gave none.

    Raises:
        InvalidToken: as `read_sign_up`.
    """
    asked = _read(app, token)
    mailbox, state = retrying(partial(_confirm, app, asked, origin, words))
    if state in {"already", "confirmed"}:
        mirror_consent(app, mailbox)
    return _answer(asked, state)


def _read(app: App, token: str) -> _Asked:
    fields = app.signer.read(CONFIRM, token)
    hash_, at, customer_id = fields
    wish = find_sign_up(app, hash_, at)
    if wish is None:
        raise InvalidToken
    return _Asked(hash_, customer_id, read_stamp(at), wish)


def _state(mailbox: Mailbox, asked: _Asked, now: datetime) -> State:
    if mailbox.suppression is not None and mailbox.suppression.reason == "erased":
        raise InvalidToken
    consent = mailbox.consent
    if consent is not None and consent.by_person and has_all(consent, asked.wish.topics):
        return "already"
    return "over" if now >= asked.at + LIFE or overruled(consent, asked.wish, asked.at) else "open"


def _confirm(app: App, asked: _Asked, origin: str, words: str) -> tuple[Mailbox, State]:
    stored, now = app.mailboxes.get(asked.hash) or Mailbox(hash=asked.hash), app.clock.now()
    state = _state(stored, asked, now)
    if state != "open":
        return stored, state
    consent = confirm(stored.consent, asked.wish, shop_topics(app), now, origin=origin, words=words)
    keep_text(app, consent.text)
    consent = replace(consent, text=short_text(consent.text))
    keep_consent(app, asked.hash, stored.consent, consent)
    return app.mailboxes.put(replace(stored, consent=consent)), "confirmed"


def _answer(asked: _Asked, state: State) -> Confirmation:
    return Confirmation(state=state, hash=asked.hash, customer_id=asked.customer_id, topics=asked.wish.topics)
