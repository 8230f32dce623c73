"""All that decides whether an address may be mailed now: consent, suppression, what it was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

ConsentStatus = Literal["granted", "pending", "withdrawn"]
Tracking = Literal["none", "aggregate", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the person allowed, with the proof of it."""

    status: ConsentStatus
    basis: str = "opt_in"  # opt_in, double, soft, implied
    at: datetime  # aware UTC, when it was said
    source: str = ""
    text: str = ""  # the words that were agreed to
    origin: str = ""  # the network address from which the person said so; "" where the shop's systems stated it
    expires_at: datetime | None = None
    topics: Mapping[str, ConsentStatus] = field(default_factory=dict)
    tracking: Tracking = "none"
    tracking_by_person: bool = False  # said by the person's own hand: no import changes it
    by_person: bool = False  # said by the person's own hand on /u, /p or /confirm: no import overrules a withdrawal
    left: tuple[str, ...] = ()  # topics that the person left by their own hand: no import grants them again


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why an address must not be mailed, and how far that reaches."""

    reason: Literal["hard_bounce", "complaint", "soft_bounces", "erased", "operator"]
    scope: Literal["all", "marketing"]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One message's hold on a mailbox. The same batch is ours whichever attempt wrote it."""

    batch_id: str
    at: datetime
    topic: str | None = None  # of a marketing mail; None: transactional, or claimed by a version that did not note it
    until: datetime | None = None  # no attempt of the message can send after this; None: not noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A marketing mail that the mailbox got, whose message can no longer be attempted."""

    topic: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One address, known by the keyed hash of its normal form."""

    hash: str
    consent: Consent | None = None
    suppression: Suppression | None = None
    recent: Mapping[str, Claim] = field(default_factory=dict)  # send key -> claim of what may still be attempted
    sends: tuple[Sent, ...] = ()  # what was claimed before, oldest first: as much as the rules ask about
    last_click_at: datetime | None = None  # of a human, give or take a day
    soft_bounces: tuple[datetime, ...] = ()
    asked: tuple[datetime, ...] = ()  # when mails were sent that ask to confirm a sign-up; those of the last day
    paused_until: datetime | None = None  # no marketing mail before, by the person's own choice
    lifted_at: datetime | None = None  # when a suppression was lifted: what SES reports from before counts no more
    revision: int = 0  # 0: not stored yet


def with_consent(mailbox: Mailbox, consent: Consent) -> Mailbox:
    """The mailbox under another consent. Without leave to follow single people, no click of theirs is remembered."""
    clicked = mailbox.last_click_at if consent.tracking == "full" else None
    return replace(mailbox, consent=consent, last_click_at=clicked)
