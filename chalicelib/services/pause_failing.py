"""Use case: pause a campaign of which too many mails cannot be made."""

from itertools import islice

from chalicelib.domain.failed_mails import ACCEPTED, RENDERING, too_many_failed, why_paused
from chalicelib.domain.message_states import moved
from chalicelib.domain.messages import Batch, Message
from chalicelib.errors import StaleRevision
from chalicelib.ports import App

_BATCHES = 40  # looked at beside the failing one
_TRIES = 5
_RUNNING = ("planning", "sending", "stalled")


def pause_failing(app: App, message: Message, batch: Batch, failed: dict[str, str], tried: int) -> bool:
    """Whether the campaign was paused, now or by somebody else.

    What fails in one batch may be chance: only where it looks like more are other batches read. A flow's message goes
    on: nobody stands by to resume it, and its failed rows tell. A campaign that was resumed after such a pause goes on.

    Args:
        app: the ports.
        message: the launch.
        batch: whose mails were just made.
        failed: customer id -> why their mail could not be made.
        tried: mails that were to be made, the failed ones among them.
    """
    if message.source != "campaign" or not too_many_failed(len(failed), tried):
        return False
    others_failed, others = _others(app, message, batch)
    count, of = len(failed) + others_failed, tried + others
    return too_many_failed(count, of) and _pause(app, message.id, why_paused(count, of, list(failed.values())[-1]))


def _others(app: App, message: Message, batch: Batch) -> tuple[int, int]:
    """(failed, tried) of some batches."""
    failed = tried = 0
    for other in islice(app.batches.of(message.id), _BATCHES):
        if other.id != batch.id and other.attempts:
            rows = app.rows.of(message.id, other.id).values()
            failed += sum(row.status == "failed" and row.reason.startswith(RENDERING) for row in rows)
            tried += sum(row.status in ("sent", "unknown", "failed") for row in rows)
    return failed, tried


def _was_accepted(message: Message) -> bool:
    return any(move.reason == ACCEPTED for move in message.moves)


def _pause(app: App, message_id: str, reason: str) -> bool:
    for _ in range(_TRIES):
        message = app.messages.get(message_id)
        if message is None or message.state not in _RUNNING or _was_accepted(message):
            return message is not None and message.state == "paused"
        try:
            app.messages.move(moved(message, "paused", reason, app.clock.now()))
        except StaleRevision:
            continue
        return True
    return False  # the next batch tries again
