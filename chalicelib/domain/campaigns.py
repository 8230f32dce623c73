"""What a campaign is, and which moves its state allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.dates import parse_instant
from chalicelib.domain.durations import clock_time, span, span_text
from chalicelib.domain.messages import Audience, Message, Priority
from chalicelib.domain.reading import Faults, Fields
from chalicelib.domain.shop import Shop, sender_name
from chalicelib.errors import Conflict

MOST_HELD_OUT = 50  # percent
_PRIORITIES: tuple[str, ...] = get_args(Priority)
# From which states a person may move a launched campaign to which.
MOVES: Mapping[str, frozenset[str]] = {
    "paused": frozenset({"planning", "sending", "stalled"}),
    "sending": frozenset({"paused", "stalled"}),
    "cancelled": frozenset({"planning", "sending", "paused", "stalled"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One message to one audience at a time, before its launch."""

    name: str
    segments: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    template: str = ""
    offer: str | None = None
    send_at: datetime | None = None  # aware UTC; None: at the launch
    local_time: time | None = None  # on the day of `send_at`, in each recipient's zone
    max_lateness: timedelta = timedelta(hours=24)
    topic: str | None = None  # None: the shop's
    from_name: str | None = None  # None: the shop's name
    reply_to: str | None = None  # None: the shop's
    include_unengaged: bool = False
    holdout_percent: int = 0  # 0..50: so many of those who would get it are not mailed, to be compared with
    priority: Priority = "normal"  # which of several campaigns goes first

    @property
    def message_id(self) -> str:
        """The id of its one launch: launching twice finds the same message."""
        return f"c.{self.name}"


def campaign_from_fields(name: str, fields: Mapping[str, Any], zone: ZoneInfo) -> Campaign:
    """Read a campaign; times without an offset are in `zone`. Raises InvalidInput naming every wrong field."""
    faults = Faults()
    body = Fields({**fields, "name": name}, "", faults)
    body.needed("segments", "template")
    campaign = Campaign(
        name=body.slug("name") or "",
        segments=body.slugs("segments"),
        exclude=body.slugs("exclude"),
        template=body.slug("template") or "",
        offer=body.slug("offer"),
        send_at=body.parsed("send_at", lambda value: parse_instant(value, zone), None),
        local_time=body.parsed("local_time", clock_time, None),
        max_lateness=body.parsed("max_lateness", span, timedelta(hours=24)),
        topic=body.slug("topic"),
        from_name=body.parsed("from_name", sender_name, None),
        reply_to=body.parsed("reply_to", normalise_address, None),
        include_unengaged=body.flag("include_unengaged"),
        holdout_percent=body.whole("holdout_percent", 0, MOST_HELD_OUT) or 0,
        priority=body.parsed("priority", _priority, "normal"),
    )
    _later_features(body)
    body.done()
    faults.refuse(f"Campaign {name[:70]!r}")
    return campaign


def _priority(value: Any) -> Priority:
    if value not in _PRIORITIES:
        raise ValueError(f"must be one of {', '.join(_PRIORITIES)}, got {str(value)[:40]!r}")
    return cast(Priority, value)


def _later_features(body: Fields) -> None:
    if body.value("variants"):
        body.invalid("variants", "are not available in this version; leave them out")


def campaign_to_fields(campaign: Campaign) -> dict[str, Any]:
    """The campaign as the API shows it, without its state."""
    return {
        "segments": list(campaign.segments),
        "exclude": list(campaign.exclude),
        "template": campaign.template,
        "offer": campaign.offer,
        "send_at": campaign.send_at.isoformat() if campaign.send_at else None,
        "local_time": campaign.local_time.strftime("%H:%M") if campaign.local_time else None,
        "max_lateness": span_text(campaign.max_lateness),
        "topic": campaign.topic,
        "from_name": campaign.from_name,
        "reply_to": campaign.reply_to,
        "include_unengaged": campaign.include_unengaged,
        "holdout_percent": campaign.holdout_percent,
        "priority": campaign.priority,
    }


def launch(campaign: Campaign, versions: Mapping[str, str], shop: Shop, now: datetime) -> Message:
    """The message that this launch pins."""
    start = campaign.send_at or now
    day: date = start.astimezone(shop.zone).date()
    return Message(
        id=campaign.message_id,
        source="campaign",
        name=campaign.name,
        once_key=campaign.message_id,
        template=campaign.template,
        versions=versions,
        offer=campaign.offer,
        topic=campaign.topic or shop.default_topic,
        from_name=campaign.from_name,
        reply_to=campaign.reply_to,
        audience=Audience(segments=campaign.segments, exclude=campaign.exclude),
        send_at=None if campaign.local_time else start,
        local_time=campaign.local_time,
        local_day=day if campaign.local_time else None,
        max_lateness=campaign.max_lateness,
        holdout_percent=campaign.holdout_percent,
        priority=campaign.priority,
        include_unengaged=campaign.include_unengaged,
        created_at=now,
    )


def check_move(message: Message, to: str) -> None:
    """Raise Conflict where a message in this state cannot be moved to `to`."""
    if message.state not in MOVES[to]:
        raise Conflict(
            f"{message.name!r} is {message.state}; it can become {to} only from {', '.join(sorted(MOVES[to]))}."
        )
