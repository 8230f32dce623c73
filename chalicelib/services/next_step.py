"""Use case: the next step of a launched campaign: the winner of its test, its next stage, its next occurrence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Literal

from chalicelib.domain.campaigns import REST, Campaign
from chalicelib.domain.durations import span_text
from chalicelib.domain.launches import first_day, first_mail_at, occurrence_of, part_id, start_part
from chalicelib.domain.messages import Message, Move
from chalicelib.domain.repeats import Repeat, begins, begun, following, is_over
from chalicelib.domain.shop import Shop
from chalicelib.domain.variants import Winner, decide_winner
from chalicelib.ports import App
from chalicelib.services.begin_part import begin_part
from chalicelib.services.count_arms import count_clicks, count_redemptions
from chalicelib.services.launch_message import launch_message
from chalicelib.services.watch_message import Watched

MISSED = "missed: the campaign was paused or the service did not run, and its mails would be too late now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What comes next."""

    at: datetime | None  # not before; None: by hand
    what: Literal["winner", "stage", "occurrence"]
    name: str  # of the part or the day


def next_part(campaign: Campaign, first: Message, messages: Mapping[str, Message]) -> str | None:
    """The first part that has not begun; None: all have."""
    return next((part for part in campaign.later_parts if part_id(first, part) not in messages), None)


def planned_step(campaign: Campaign, shop: Shop, messages: Sequence[Message], now: datetime) -> Step | None:
    """What comes next, by the clock; None: nothing is left but what is under way.

    Args:
        campaign: as it was launched.
        shop: for its zone.
        messages: all of the campaign, the first one first.
        now: for a campaign that repeats: its next day is one that has not begun.
    """
    first, by_id = messages[0], {message.id: message for message in messages}
    if campaign.repeat is not None:
        day = following(campaign.repeat, first_day(first, campaign, shop), now)
        return Step(at=begins(day), what="occurrence", name=day.isoformat()) if day is not None else None
    part = next_part(campaign, first, by_id)
    if part is None:
        return None
    if campaign.winner is not None:
        return Step(at=first_mail_at(first) + campaign.winner.after, what="winner", name=part)
    latest = messages[-1]
    at = first_mail_at(latest) + campaign.go_on if campaign.go_on is not None else None
    return Step(at=at, what="stage", name=part)


def take_step(app: App, campaign: Campaign, shop: Shop, looks: Sequence[Watched]) -> None:
    """Take the step if its time has come. Each makes one message under an id of its own, so it is taken once.

    A winner is decided, and a stage goes on, only when all of the message before that is due has gone out.

    Args:
        app: the ports.
        campaign: as it was launched.
        shop: for its zone.
        looks: what is left of each message, the first one first. None is paused.
    """
    now = app.clock.now()
    messages = [look.message for look in looks]
    if campaign.repeat is not None:
        _start_occurrences(app, campaign, campaign.repeat, shop, messages)
        return
    step = planned_step(campaign, shop, messages, now)
    if step is None or step.at is None or now < step.at or looks[-1].is_busy(now):
        return
    if campaign.winner is not None:
        _start_rest(app, campaign.winner, shop, messages[0])
    elif campaign.go_on is not None:
        reason = f"{span_text(campaign.go_on)} after the stage before"
        begin_part(app, start_part(messages[0], step.name, shop, now, reason), now)


def _start_rest(app: App, winner: Winner, shop: Shop, first: Message) -> None:
    now = app.clock.now()
    by_clicks = winner.by == "clicks"
    arms = count_clicks(app, first) if by_clicks else count_redemptions(app, first)
    decided = decide_winner(arms, "clicked" if by_clicks else "redeemed")
    # Of two ticks that count at different moments the first one's decision stands: the message is created once.
    begin_part(app, start_part(first, REST, shop, now, decided.reason, winner=decided.winner), now)


def _start_occurrences(app: App, campaign: Campaign, repeat: Repeat, shop: Shop, messages: Sequence[Message]) -> None:
    first, now = messages[0], app.clock.now()
    known = {message.id for message in messages}
    for day in begun(repeat, first_day(first, campaign, shop), now):
        message = occurrence_of(first, day)
        if message.id in known:
            continue
        if is_over(day, campaign.local_time or time(), campaign.max_lateness, now):
            missed = replace(
                message, state="cancelled", state_reason=MISSED, moves=(Move(state="cancelled", reason=MISSED, at=now),)
            )
            launch_message(app, missed, None)
        else:
            begin_part(app, message, now)
