"""Use case: whether a launched message still moves, has stalled, or is over."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.message_states import ENDED, is_to_be_planned, moved, state_since
from chalicelib.domain.messages import Message
from chalicelib.ports import App

logger = logging.getLogger(__name__)

STALLED_AFTER = timedelta(minutes=15)  # nothing moved for so long although there is work
_BETWEEN_ALERTS = timedelta(hours=1)  # of one campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A message as it stands after the look, and what is left of it."""

    message: Message
    is_over: bool  # nobody of its own people is pending any more
    next_due: datetime | None  # the earliest that is not done; None: nothing, or not known yet

    def is_busy(self, now: datetime) -> bool:
        """Whether something is due that is not done, or its people are not all known."""
        return is_to_be_planned(self.message) or (self.next_due is not None and self.next_due <= now)


def watch_message(app: App, message: Message, busy_since: datetime, *, stands_for_all: bool = False) -> Watched:
    """Look at its batches, and move it where they say so: to `stalled`, back to `sending`, to `done`.

    Args:
        app: the ports.
        message: as it was read; one that has ended or is paused is only looked at.
        busy_since: since when each look has found it busy; now, if the last one did not. What an outage of the clock
            itself has held up is no stall: it is on its way with this very tick.
        stands_for_all: it stays `sending` when its own people are done, for the rest of its campaign.

    Raises:
        StaleRevision: somebody moved it meanwhile; the next look sees that.
    """
    now = app.clock.now()
    if message.state in ENDED:
        return Watched(message=message, is_over=not is_to_be_planned(message), next_due=None)
    if is_to_be_planned(message):
        return Watched(message=_settle(app, message, busy_since, now), is_over=False, next_due=None)
    next_due = _next_due(app, message, now)
    if next_due is None:
        # A batch that was handed over behind the reader's back is met by a second reading.
        next_due = _next_due(app, message, now)
    if next_due is not None:
        since = busy_since if next_due <= now else now
        return Watched(message=_settle(app, message, since, now), is_over=False, next_due=next_due)
    if message.state != "paused" and not stands_for_all:
        message = app.messages.move(moved(message, "done", "", now))
    return Watched(message=message, is_over=True, next_due=None)


def _next_due(app: App, message: Message, now: datetime) -> datetime | None:
    """When the earliest batch that is not done was, or is, due; None: all are done.

    Any that is due will do, so a large campaign that is under way is not read to its end.
    """
    earliest: datetime | None = None
    for batch in app.batches.of(message.id):
        if not batch.done and (earliest is None or batch.due_at < earliest):
            earliest = batch.due_at
            if earliest <= now:
                break
    return earliest


def _settle(app: App, message: Message, busy_since: datetime, now: datetime) -> Message:
    if message.state == "stalled":
        if message.moved_at is None or message.moved_at <= state_since(message):
            return message
        if is_to_be_planned(message):
            return app.messages.move(moved(message, "planning", "it moves again", now), due_at=now)
        return app.messages.move(moved(message, "sending", "it moves again", now))
    last = max(message.moved_at or busy_since, busy_since)
    if message.state == "paused" or now - max(last, state_since(message)) <= STALLED_AFTER:
        return message
    return _stall(app, message, last, now)


def _stall(app: App, message: Message, last: datetime, now: datetime) -> Message:
    what = "the audience is not planned" if is_to_be_planned(message) else "mails are due"
    since = last.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    reason = f"nothing has moved since {since} although {what}; it goes on by itself, or by `resume`"
    told = [move.at for move in message.moves if move.state == "stalled"]
    if not told or now - told[-1] > _BETWEEN_ALERTS:
        logger.error("campaign %s (%s) is stalled: %s", message.name, message.id, reason)
    due = now if is_to_be_planned(message) else None
    return app.messages.move(moved(message, "stalled", reason, now), due_at=due)
