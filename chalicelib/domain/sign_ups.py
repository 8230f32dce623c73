"""What a sign-up asks for, how often one address is asked to confirm, and what its confirmation grants."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.consent import MAX_TOPICS, TRACKING, topic_status
from chalicelib.domain.mailboxes import Consent, ConsentStatus, Mailbox, Tracking
from chalicelib.domain.messages import Audience, Message
from chalicelib.domain.reading import Faults, Fields
from chalicelib.domain.texts import locale_name, one_line, several_lines

CONFIRM = "confirm"  # the template, the message and the purpose of the link
LIFE = timedelta(days=7)  # a link to confirm works for so long
APART = timedelta(hours=1)  # one address gets one such mail in this time
MOST_A_DAY = 3  # and no more than so many in 24 hours
MAX_TEXT = 2000  # characters of the words that were agreed to
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What somebody asked for in the name of an address. Only its owner, by the link in the mail, makes it true."""

    email: str  # normal form
    topics: tuple[str, ...] = ()  # none: all
    tracking: Tracking | None = None  # None: nothing was said
    source: str = "sign-up form"
    text: str = ""  # the words of the form
    first_name: str | None = None
    locale: str | None = None
    origin: str = ""  # the network address from which the form was sent


def sign_up_from_fields(fields: Mapping[str, Any], topics: Collection[str], origin: str) -> SignUp:
    """Read what a form sent.

    Args:
        fields: as they came.
        topics: those of the shop.
        origin: the network address that sent them.

    Raises:
        InvalidInput, MalformedRequest: naming every wrong field. Nothing in it depends on who is known.
    """
    faults = Faults()
    body = Fields(fields, "", faults)
    body.needed("email")
    wanted = body.texts("topics", MAX_TOPICS)
    if unknown := [name for name in wanted if name not in topics]:
        body.invalid(
            "topics", f"has {', '.join(name[:40] for name in unknown[:3])}; there are {', '.join(sorted(topics))}"
        )
    found = SignUp(
        email=body.parsed("email", normalise_address, ""),
        topics=wanted,
        tracking=body.parsed("tracking", _tracking, None),
        source=body.parsed("source", lambda value: one_line(value, 200), "sign-up form"),
        text=body.parsed("text", lambda value: several_lines(value, MAX_TEXT), ""),
        first_name=body.parsed("first_name", lambda value: one_line(value, 100), None),
        locale=body.parsed("locale", locale_name, None),
        origin=origin,
    )
    body.done()
    faults.refuse("The sign-up")
    return found


def _tracking(value: Any) -> Tracking:
    if value not in TRACKING:
        raise ValueError(f"must be one of {', '.join(TRACKING)}")
    known: Tracking = value
    return known


def ask(mailbox: Mailbox, wish: SignUp, now: datetime) -> tuple[Mailbox, datetime | None]:
    """The mailbox after a sign-up, and when the mail that asks to confirm was or is sent; None: none is.

    Nothing is sent to a suppressed address, and to one that gets all that already. Within `APART` of the last mail, and
    beyond `MOST_A_DAY`, the last one stands. What the person said before stays until the person confirms.
    """
    if mailbox.suppression is not None or has_all(mailbox.consent, wish.topics):
        return mailbox, None
    recent = tuple(at for at in mailbox.asked if now - at < _DAY)
    if recent and (now - recent[-1] < APART or len(recent) >= MOST_A_DAY):
        return mailbox, recent[-1]
    pending = Consent(status="pending", basis="double", at=now, source=wish.source, text=wish.text, origin=wish.origin)
    return replace(mailbox, asked=(*recent, now), consent=mailbox.consent or pending), now


def has_all(consent: Consent | None, topics: Collection[str]) -> bool:
    """Whether all of these topics (none: mail as such) are granted for good."""
    if consent is None or consent.expires_at is not None:
        return False
    return all(topic_status(consent, name) == "granted" for name in topics) if topics else consent.status == "granted"


def overruled(consent: Consent | None, wish: SignUp, asked_at: datetime) -> bool:
    """Whether the person took back, after the sign-up and by their own hand, what it asks for: the later word holds."""
    if consent is None or not consent.by_person or consent.at <= asked_at:
        return False
    return consent.status == "withdrawn" or not set(consent.left).isdisjoint(wish.topics)


def confirm(
    current: Consent | None, wish: SignUp, known: Collection[str], now: datetime, *, origin: str, words: str
) -> Consent:
    """The consent that the person gives by confirming.

    Args:
        current: what stands. What was granted before stays granted.
        wish: what the sign-up asked for. Topics that it does not name are not granted with it.
        known: the topics of the shop.
        now: when.
        origin: the network address that confirmed.
        words: what the page says, where the form gave no words.
    """
    standing = current if current is not None and current.status == "granted" and not _over(current, now) else None
    before: dict[str, ConsentStatus] = dict(standing.topics) if standing else {}
    if wish.topics and standing is None:
        before = dict.fromkeys(known, "withdrawn")
    topics: dict[str, ConsentStatus] = {**before, **dict.fromkeys(wish.topics, "granted")}
    left = [name for name in (current.left if current else ()) if name not in wish.topics]
    if not wish.topics:
        topics |= dict.fromkeys(left, "withdrawn")
    return Consent(
        status="granted",
        basis="double",
        at=max(now, current.at) if current else now,
        source=wish.source,
        text=wish.text or words,
        origin=origin,
        topics=topics,
        tracking=wish.tracking or (standing.tracking if standing else "none"),
        tracking_by_person=wish.tracking is not None or (standing is not None and standing.tracking_by_person),
        by_person=True,
        left=tuple(left),
    )


def _over(consent: Consent, now: datetime) -> bool:
    return consent.expires_at is not None and now >= consent.expires_at


def stamp(at: datetime) -> str:
    """The time of a sign-up as it names its file, its message and its link."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"


def read_stamp(text: str) -> datetime:
    """The time that a stamp stands for. Raises: ValueError."""
    return datetime.strptime(text, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def confirmation_id(mailbox: str, at: datetime) -> str:
    """The id of the message that asks to confirm: the same sign-up is the same message."""
    return f"s.{CONFIRM}.{stamp(at)}-{mailbox[:16]}"


def confirmation(mailbox: str, at: datetime, customer_id: str, versions: Mapping[str, str]) -> Message:
    """The mail that asks to confirm, to one person, while they have this address."""
    id_ = confirmation_id(mailbox, at)
    return Message(
        id=id_,
        source="service",
        name=CONFIRM,
        once_key=id_,
        template=CONFIRM,
        versions=versions,
        stream="transactional",
        audience=Audience(people=(customer_id,), mailbox=mailbox),
        created_at=at,
    )
