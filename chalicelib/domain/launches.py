"""What a launch makes of a campaign: its first message, the later parts of its audience, and its occurrences."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.campaigns import REST, Campaign, campaign_from_fields, campaign_to_fields
from chalicelib.domain.dates import local_instant
from chalicelib.domain.flows import EARLIEST_ZONE
from chalicelib.domain.messages import Audience, Message, Move, Variant
from chalicelib.domain.reading import Faults, Fields
from chalicelib.domain.repeats import begins, is_over
from chalicelib.domain.shop import MAX_UNDO_SECONDS, Shop


def launch(
    campaign: Campaign,
    versions: Mapping[str, str],
    shop: Shop,
    now: datetime,
    *,
    variants: Sequence[Variant] = (),
    undo: timedelta = timedelta(0),
) -> Message:
    """The first message, which pins all that the launch promises.

    That of a campaign that repeats has no people of its own: it stands for the campaign, and is sending until the end.

    Args:
        campaign: as it is now; a later change of it does not matter.
        versions: the active version of the template in each locale.
        shop: for its zone and its topic.
        now: of the launch.
        variants: the arms with their versions.
        undo: nothing leaves for so long.
    """
    start = campaign.send_at or now
    return Message(
        id=campaign.message_id,
        source="campaign",
        name=campaign.name,
        once_key=campaign.message_id,
        template=campaign.template,
        versions=versions,
        offer=campaign.offer,
        topic=campaign.topic or shop.default_topic,
        audience=Audience(segments=campaign.segments, exclude=campaign.exclude, follow_up=campaign.follow_up),
        from_name=campaign.from_name,
        reply_to=campaign.reply_to,
        send_at=None if campaign.local_time else start,
        local_time=campaign.local_time,
        local_day=start.astimezone(shop.zone).date() if campaign.local_time else None,
        max_lateness=campaign.max_lateness,
        not_before=now + undo if undo else None,
        holdout_percent=campaign.holdout_percent,
        priority=campaign.priority,
        include_unengaged=campaign.include_unengaged,
        variants=tuple(variants),
        campaign={name: value for name, value in campaign_to_fields(campaign).items() if value is not None},
        created_at=now,
        state="sending" if campaign.repeat else "planning",
    )


def undo_window(fields: Mapping[str, Any]) -> timedelta | None:
    """The field `undo_seconds` of a launch; None: the shop's. Raises InvalidInput, MalformedRequest."""
    faults = Faults()
    body = Fields(fields, "", faults)
    seconds = body.whole("undo_seconds", 0, MAX_UNDO_SECONDS)
    body.done()
    faults.refuse("The launch")
    return None if seconds is None else timedelta(seconds=seconds)


def launched_campaign(message: Message, zone: ZoneInfo) -> Campaign | None:
    """The campaign as this launch pinned it; None: the message is older than this, or no first message."""
    return campaign_from_fields(message.name, message.campaign, zone) if message.campaign is not None else None


def first_mail_at(message: Message) -> datetime:
    """Before this instant nobody is due, in whatever zone, aware UTC."""
    start = message.send_at or message.created_at
    if message.local_day is not None and message.local_time is not None:
        start = max(start, datetime.combine(message.local_day, message.local_time, UTC) - EARLIEST_ZONE)
    return max(start, message.not_before or start)


def is_too_late(campaign: Campaign, shop: Shop, now: datetime) -> bool:
    """Whether everybody would be skipped as too late if it were launched now."""
    if campaign.send_at is None or campaign.repeat is not None:
        return False
    if campaign.local_time is None:
        return now > campaign.send_at + campaign.max_lateness
    return is_over(campaign.send_at.astimezone(shop.zone).date(), campaign.local_time, campaign.max_lateness, now)


def part_id(first: Message, part: str) -> str:
    """The id of the message of a later part."""
    return f"{first.id}.{part}"


def start_part(
    first: Message, part: str, shop: Shop, now: datetime, reason: str, *, winner: str | None = None
) -> Message:
    """The message of a later part of the audience, due from now on. It shares the once key of the first message.

    Args:
        first: of the campaign.
        part: one of `Campaign.later_parts`.
        shop: for its zone.
        now: of the start.
        reason: why it begins; its first move keeps it.
        winner: for the rest after a test: the arm that they get.
    """
    variants = tuple(arm for arm in first.variants if part != REST or arm.name == winner)
    return replace(
        first,
        id=part_id(first, part),
        send_at=None if first.local_time else now,
        local_day=now.astimezone(shop.zone).date() if first.local_time else None,
        not_before=None,
        variants=tuple(replace(arm, share=100) for arm in variants) if part == REST else variants,
        campaign=None,
        is_part=True,
        created_at=now,
        state="planning",
        state_reason=reason,
        moves=(Move(state="planning", reason=reason, at=now),),
        frozen_at=None,
        moved_at=None,
        revision=0,
    )


def first_day(first: Message, campaign: Campaign, shop: Shop) -> date:
    """The earliest day on which a campaign that repeats may go out: its time of that day was not over at the launch."""
    start = max(campaign.send_at or first.created_at, first.not_before or first.created_at, first.created_at)
    day = start.astimezone(shop.zone).date()
    if first.local_time is not None and local_instant(day, first.local_time, shop.zone) < start:
        return day + timedelta(days=1)
    return day


def occurrence_of(first: Message, day: date) -> Message:
    """One day's message of a campaign that repeats: to whoever belongs to its segments on that day.

    It is the same whenever it is made, also by a clock that was late: it counts as created as its day began.
    """
    id_ = f"{first.id}.{day.isoformat()}"
    return replace(
        first,
        id=id_,
        once_key=id_,
        local_day=day,
        not_before=None,
        campaign=None,
        created_at=begins(day),
        state="planning",
        state_reason="",
        moves=(),
        frozen_at=None,
        moved_at=None,
        revision=0,
    )
