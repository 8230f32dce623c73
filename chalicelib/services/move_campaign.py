"""Use case: pause, resume or cancel a launched campaign."""

from datetime import timedelta

from chalicelib.domain.campaigns import check_move
from chalicelib.domain.failed_mails import ACCEPTED, paused_for_failures
from chalicelib.domain.flows import starts_at
from chalicelib.domain.messages import Message, MessageState
from chalicelib.errors import Conflict, StaleRevision
from chalicelib.ports import App
from chalicelib.services.feed_due import AGAIN_WHILE_PAUSED, feed_due
from chalicelib.services.get_campaign import get_campaign

_TRIES = 5
_PUT_OFF = AGAIN_WHILE_PAUSED + timedelta(minutes=1)  # as far as feeders and senders put off what is due


def move_campaign(app: App, name: str, to: MessageState) -> Message:
    """Move it to `paused`, `sending` (resume) or `cancelled`; at most the mails in flight still go.

    Raises:
        NotFound: no such campaign. Conflict: not launched, or its state does not allow the move.
    """
    for _ in range(_TRIES):
        _, message = get_campaign(app, name)
        if message is None:
            raise Conflict(f"Campaign {name!r} was not launched, so there is nothing to change.")
        if message.state == to or (message.state, to) == ("planning", "sending"):
            return message
        check_move(message, to)
        try:
            moved = _resume(app, message) if to == "sending" else app.messages.move(message, to)
        except StaleRevision:
            continue
        if to != "paused":
            _wake(app, moved)
        return moved
    raise StaleRevision(f"campaign {name!r}: changed {_TRIES} times meanwhile; try again")


def _resume(app: App, message: Message) -> Message:
    """Through the planner: it goes on where the pause met it, and finds at once where all was planned already."""
    reason = ACCEPTED if paused_for_failures(message.state_reason) else ""
    return app.messages.move(message, "planning", reason, due_at=max(app.clock.now(), starts_at(message)))


def _wake(app: App, message: Message) -> None:
    """Bring back to now what the feeder put off while the campaign was paused, and all that a cancellation ends."""
    now = app.clock.now()
    for batch in app.batches.of(message.id):
        until = max(now, batch.due_at) if message.state == "cancelled" else now
        if not batch.done and batch.due_at <= until:
            app.batches.postpone(message.id, batch.id, until + _PUT_OFF, now)
    feed_due(app)
