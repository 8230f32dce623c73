"""Use case: pause, resume or cancel a launched campaign, with all its parts."""

from typing import Literal

from chalicelib.domain.campaign_states import ALLOWED, standing
from chalicelib.domain.failed_mails import ACCEPTED, paused_for_failures
from chalicelib.domain.message_states import MOVES, is_to_be_planned, moved
from chalicelib.domain.messages import Message, MessageState
from chalicelib.errors import Conflict
from chalicelib.ports import App
from chalicelib.services.feed_due import feed_due
from chalicelib.services.get_campaign import get_campaign, messages_of
from chalicelib.services.live_campaigns import note_live
from chalicelib.services.retrying import retrying

_BY_HAND = "by hand"
UNDONE = "undone before anything left: nobody was mailed"


def move_campaign(app: App, name: str, to: Literal["paused", "sending", "cancelled"]) -> Message:
    """Move it to `paused`, `sending` (resume) or `cancelled`; at most the mails in flight still go.

    What stands so already is left alone: a repeat goes on where a death has left some parts behind.

    Returns:
        The first message of the campaign.

    Raises:
        NotFound: no such campaign. Conflict: not launched, or its state does not allow the move.
    """
    return retrying(lambda: _move_all(app, name, to))


def _move_all(app: App, name: str, to: Literal["paused", "sending", "cancelled"]) -> Message:
    _, first = get_campaign(app, name)
    if first is None:
        raise Conflict(f"Campaign {name!r} was not launched, so there is nothing to change.")
    messages = messages_of(app, first)
    stands = standing(messages, app.clock.now()).state
    movable = [message for message in messages if _is_movable(message, to)]
    # What stands so already is no fault; nor is to go on with what is only scheduled.
    if not movable and stands != to and (stands, to) != ("scheduled", "sending"):
        sources = sorted(state for state, targets in ALLOWED.items() if to in targets)
        raise Conflict(f"{name!r} is {stands}; it can become {to} only from {', '.join(sources)}.")
    note_live(app, name)  # whatever waited for this is looked at with the next tick
    while movable:  # again for a part that began meanwhile: see begin_part
        for message in movable:
            found = move_message(app, message, to, _reason(app, first, message, to))
            first = found if found.id == first.id else first
        movable = [message for message in messages_of(app, first) if _is_movable(message, to)]
    return first


def _is_movable(message: Message, to: MessageState) -> bool:
    if to == "sending":
        return message.state in {"paused", "stalled"}
    return to in MOVES[message.state]


def _reason(app: App, first: Message, message: Message, to: MessageState) -> str:
    if to == "cancelled" and first.not_before is not None and app.clock.now() < first.not_before:
        return UNDONE
    if to == "sending":
        return ACCEPTED if paused_for_failures(message.state_reason) else ""
    return _BY_HAND


def move_message(app: App, message: Message, to: MessageState, reason: str) -> Message:
    """Move one message, and bring back to now what was put off. Raises: StaleRevision, Conflict."""
    now = app.clock.now()
    if to == "sending" and not _has_no_people(message):
        # Through the planner: it goes on where the pause met it, and finds at once where all was planned already.
        found = app.messages.move(moved(message, "planning", reason, now), due_at=now)
    else:
        fresh = moved(message, to, reason, now)
        # Those who wait in a part that is cancelled before it was planned are planned all the same, to be counted.
        found = app.messages.move(fresh, due_at=now if is_to_be_planned(fresh) else None)
    if to != "paused":
        _wake(app, found)
    return found


def _has_no_people(message: Message) -> bool:
    return message.campaign is not None and "repeat" in message.campaign


def _wake(app: App, message: Message) -> None:
    """Bring back to now what the feeder put off, or gave up, and all that a cancellation ends."""
    now = app.clock.now()
    for batch in app.batches.of(message.id):
        until = max(now, batch.due_at) if message.state == "cancelled" else now
        if not batch.done and batch.due_at <= until:
            app.batches.revive(message.id, batch.id, now)
    feed_due(app)
