"""What a launch pins: one message, its template versions, audience, offer and limits in time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Literal

from chalicelib.domain.clicks import Click

MessageState = Literal["planning", "sending", "paused", "stalled", "done", "cancelled"]
Stream = Literal["marketing", "transactional"]
Priority = Literal["low", "normal", "high"]


FollowUpOf = Literal["not_clicked", "not_opened", "not_redeemed", "clicked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Those whom an earlier campaign was sent to, by what they did with it."""

    campaign: str
    who: FollowUpOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is meant: members of any of `segments`, whose `date_field` falls on `day`, or `people`; never `exclude`.

    With `follow_up` only those of them; without `segments` all of those.
    """

    segments: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    date_field: Literal["birthday", "joined_on"] | None = None
    day: date | None = None
    people: tuple[str, ...] = ()  # customer ids
    mailbox: str | None = None  # only while the person still has this address
    follow_up: FollowUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One arm of a test, as the launch pinned it: whoever is drawn for it gets its template and its offer."""

    name: str
    share: int  # whole percent of those who take part in the test
    template: str
    versions: Mapping[str, str]  # locale -> pinned compiled version
    offer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One change of a message's state."""

    state: MessageState
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One launch of a campaign, or one occurrence of a flow. Written once, then only its state moves."""

    id: str  # deterministic: the same launch twice is one message
    source: Literal["campaign", "flow", "service"]  # "service": mail that belongs to no campaign and no flow
    name: str  # the campaign's or flow's name, or what the service's mail is for
    once_key: str  # at most one mail per mailbox and once_key
    template: str
    versions: Mapping[str, str]  # locale -> pinned compiled version
    offer: str | None = None
    topic: str = "offers"
    stream: Stream = "marketing"
    audience: Audience = field(default_factory=Audience)
    products: tuple[str, ...] = ()  # skus that the mail is about
    from_name: str | None = None  # beside the shop's From address; None: the shop's name
    reply_to: str | None = None  # None: the shop's
    send_at: datetime | None = None  # one instant for everyone
    local_time: time | None = None  # on `local_day`, in each recipient's own zone
    local_day: date | None = None
    max_lateness: timedelta = timedelta(hours=24)
    not_before: datetime | None = None  # nothing leaves before, whatever is due: the time in which a launch is undone
    holdout_percent: int = 0  # 0..50: so many of those who would get it are not mailed, to be compared with
    priority: Priority = "normal"  # which of several messages goes first
    variants: tuple[Variant, ...] = ()  # a batch is of one of them; none: everybody gets the same
    include_unengaged: bool = True  # also whoever has not reacted for long
    campaign: Mapping[str, Any] | None = None  # the campaign as it was launched: fields of the API
    is_part: bool = False  # its people were frozen by the first message of its campaign
    created_at: datetime
    state: MessageState = "planning"
    state_reason: str = ""
    moves: tuple[Move, ...] = ()  # the latest ones, oldest first
    frozen_at: datetime | None = None  # when all its people stood in batches
    moved_at: datetime | None = None  # when something last became of somebody, to the minute
    revision: int = 0

    @property
    def has_parts(self) -> bool:
        """Whether more messages carry its once key: those of its stages, or of the rest after a test."""
        pinned = self.campaign or {}
        return self.is_part or bool(pinned.get("stages") or pinned.get("winner"))

    @property
    def send_key(self) -> str:
        """The key of a claim on a mailbox: 12 bytes of a hash, as 24 hex digits."""
        return sha256(self.once_key.encode()).hexdigest()[:24]

    def arm(self, variant: str | None) -> "Message":
        """The message as the people of one variant get it; itself where it has no such variant."""
        for one in self.variants:
            if one.name == variant:
                return replace(self, template=one.template, versions=one.versions, offer=one.offer)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One attempt's hold on a batch."""

    attempt: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whose mails one attempt was handing to SES when it wrote this."""

    attempt: str
    people: tuple[str, ...]
    mailboxes: tuple[str, ...]  # as they were at the mark, in the order of `people`


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Up to 50 people, or 400, of one message who are due together. The item is the truth, the queue a wake-up."""

    message_id: str
    id: str  # deterministic from message, due time and place in the plan
    people: tuple[str, ...]  # customer ids
    due_at: datetime
    stream: Stream = "marketing"
    variant: str | None = None  # of the message's variants, the one that these people get
    waits_for: str = ""  # why these people were put off to its due time; "": they were not
    done: bool = False
    lease: Lease | None = None
    in_flight: Mark | None = None
    attempts: int = 0  # leases taken so far
    deaths: int = 0  # the last ones in a row that ended neither done nor handed back; a living one counts
    clicks: int = 0  # of people who agreed to be counted, but not to be known
    machine_clicks: int = 0  # the same, of machines


RowStatus = Literal["sent", "failed", "skipped", "unknown", "deferred"]

RowKey = tuple[str, str, str]  # (message id, batch id, customer id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Our record of one person and one message."""

    message_id: str
    batch_id: str
    customer_id: str
    status: RowStatus
    reason: str = ""  # for skipped, failed, unknown, deferred
    at: datetime
    mailbox: str | None = None
    ses_id: str | None = None
    voucher: str | None = None
    deferred_to: str | None = None  # the batch that took this person over
    variant: str | None = None  # of the message, the one that this person got or would have got
    waits_for: str = ""  # of a deferred one: the reason of the wait
    delivery: str | None = None  # what SES said later: delivered, bounced, complained, rejected ...
    delivery_at: datetime | None = None  # when; None in rows older than this field
    clicked_at: datetime | None = None  # the first click of a person
    clicks: tuple[Click, ...] = ()  # of people and machines, first one first; empty in rows older than this field
    opened_at: datetime | None = None  # by a program that is no machine's, later than the mail's first minute
    early_opened_at: datetime | None = None  # the same, within that minute
    machine_opened_at: datetime | None = None
    unsubscribed_at: datetime | None = None
    provider: str | None = None  # whose mailbox it went to, "gmail"; None in rows older than this field

    @property
    def read(self) -> bool:
        """Whether anything says that a person looked at the mail: who clicked has, whatever was told of opens."""
        return any((self.opened_at, self.early_opened_at, self.clicked_at))

    @property
    def key(self) -> RowKey:
        """What names it."""
        return self.message_id, self.batch_id, self.customer_id
