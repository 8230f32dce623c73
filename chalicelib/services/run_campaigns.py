"""Use case: what the clock does for launched campaigns: see that they move, take their next step, settle their end."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.launches import launched_campaign, part_id, start_part
from chalicelib.domain.message_states import ENDED, is_to_be_planned, moved
from chalicelib.domain.messages import Message, Move
from chalicelib.domain.shop import Shop
from chalicelib.errors import HabitueError, StaleRevision
from chalicelib.ports import App
from chalicelib.services.get_campaign import messages_of
from chalicelib.services.launch_message import launch_message
from chalicelib.services.live_campaigns import Live, live_campaigns, look_again, note_ended
from chalicelib.services.move_campaign import move_message
from chalicelib.services.next_step import planned_step, take_step
from chalicelib.services.plan_pages import delete_pages
from chalicelib.services.share_pace import why_all_wait
from chalicelib.services.watch_message import Watched, watch_message

logger = logging.getLogger(__name__)

_EACH_RUN = timedelta(seconds=20)  # of the tick's time
_BUSY, _IDLE = timedelta(0), timedelta(minutes=10)  # until the next look: while it is busy, with each tick
_NEVER_LAUNCHED = timedelta(days=1)  # a launch that died and was not tried again for so long is none


def run_campaigns(app: App) -> None:
    """Look at each that is due to be looked at; one that cannot go on is logged, and holds up none of the others."""
    deadline, now = app.clock.real() + _EACH_RUN, app.clock.now()
    for note in live_campaigns(app):
        if note.look_at > now or app.clock.real() > deadline:
            break
        try:
            again = run_campaign(app, note)
        except StaleRevision:
            continue  # somebody moved it meanwhile: the next run sees how it stands
        except HabitueError as error:
            logger.warning("campaign %s cannot go on: %s %s", note.name, error.code, error.message)
            again = Again(now + _BUSY, note.busy)
        if again is None:
            note_ended(app, note.name)
        else:
            look_again(app, note, again.at, again.busy)


@dataclass(frozen=True, slots=True)
class Again:
    """When to look at a campaign again, and which of its messages were busy, since when."""

    at: datetime
    busy: Mapping[str, datetime] = field(default_factory=dict)


def run_campaign(app: App, note: Live) -> Again | None:
    """Do what is due for one; None: it has ended. Running twice at once does nothing twice."""
    now = app.clock.now()
    first = app.messages.get(f"c.{note.name}")
    if first is None:
        return Again(now + _IDLE) if now - note.since < _NEVER_LAUNCHED else None
    shop = app.catalog.shop()
    campaign = launched_campaign(first, shop.zone)
    messages = messages_of(app, first)
    if first.state == "cancelled":
        return _cancel_parts(app, campaign, shop, messages)
    if first.state in ENDED:
        return None
    if first.state == "paused":
        _pause_parts(app, messages)
        return Again(now + _IDLE)
    return _go_on(app, campaign, shop, messages, note.busy)


def _go_on(
    app: App, campaign: Campaign | None, shop: Shop, messages: list[Message], busy: Mapping[str, datetime]
) -> Again | None:
    now, first = app.clock.now(), messages[0]
    if why_all_wait(app, first.stream) is not None:
        busy = {}  # the account may not send: whoever asks is told so, and no campaign stalls by it
    looks = [_look(app, message, busy.get(message.id, now), is_first=message is first) for message in messages]
    if any(look.message.state == "paused" for look in looks):
        return Again(now + _IDLE)
    step = None
    if campaign is not None:
        take_step(app, campaign, shop, looks)
        known = {message.id for message in messages}
        looks += [_look(app, message, now) for message in messages_of(app, first) if message.id not in known]
        step = planned_step(campaign, shop, [look.message for look in looks], now)
    if step is None and all(look.is_over for look in looks):
        app.messages.move(moved(looks[0].message, "done", "", now))
        return None
    still = {look.message.id: busy.get(look.message.id, now) for look in looks if look.is_busy(now)}
    if still:
        return Again(now + _BUSY, still)
    times = [look.next_due for look in looks if look.next_due is not None]
    times += [step.at] if step is not None and step.at is not None and step.at > now else []
    return Again(min([*times, now + _IDLE]))


def _look(app: App, message: Message, busy_since: datetime, *, is_first: bool = False) -> Watched:
    if message.campaign is not None and "repeat" in message.campaign:
        return Watched(message=message, is_over=True, next_due=None)
    return watch_message(app, message, busy_since, stands_for_all=is_first)


def _pause_parts(app: App, messages: list[Message]) -> None:
    for message in messages[1:]:
        if message.state in {"planning", "sending", "stalled"}:
            move_message(app, message, "paused", messages[0].state_reason)


def _cancel_parts(app: App, campaign: Campaign | None, shop: Shop, messages: list[Message]) -> Again | None:
    """All of it ends: also those who wait for a part that has not begun, so that nobody vanishes from the report."""
    now, first = app.clock.now(), messages[0]
    for message in messages[1:]:
        if message.state not in ENDED:
            move_message(app, message, "cancelled", first.state_reason)
    if first.frozen_at is None:
        # The audience was never resolved to its end: whoever stands in no batch was not planned.
        for part in ("", *(campaign.later_parts if campaign else ())):
            delete_pages(app, part_id(first, part) if part else first.id)
        return None if now - first.moves[-1].at > _IDLE else Again(now + _BUSY)
    begun = {message.id for message in messages}
    for part in campaign.later_parts if campaign else ():
        if part_id(first, part) not in begun:
            launch_message(app, _cancelled_part(first, part, shop, now), now)
    left = [message for message in messages_of(app, first) if is_to_be_planned(message)]
    return Again(now + _BUSY) if left else None


def _cancelled_part(first: Message, part: str, shop: Shop, now: datetime) -> Message:
    part_message = start_part(first, part, shop, now, first.state_reason)
    moves = (Move(state="cancelled", reason=first.state_reason, at=now),)
    return replace(part_message, state="cancelled", moves=moves)
