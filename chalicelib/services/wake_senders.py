"""Use case: put the messages that wake senders up into the queue of their stream."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from chalicelib.domain.messages import Batch
from chalicelib.ports import App

# What was woken and shows no progress is fed again after this: longer than two minutes of the rate wait in the queue,
# and longer than a lease lives, so that neither a waiting nor a live sender is disturbed.
AGAIN_AFTER = timedelta(minutes=5)


def wake_up(message_id: str, batch_id: str | None) -> dict[str, Any]:
    """The body of a message that names a batch, or, without one, a message to be planned."""
    return {"v": 1, "message_id": message_id, "batch_id": batch_id}


def wake_in_turn(app: App, batches: Sequence[Batch], delay: timedelta, apart: timedelta) -> None:
    """All of one stream, one after the other: of senders that all come at once most would be sent away."""
    app.queue.send(batches[0].stream, [wake_up(batch.message_id, batch.id) for batch in batches], delay, apart)


def wake_later(app: App, batch: Batch, delay: timedelta) -> None:
    """The same message once more, after a delay."""
    app.queue.send(batch.stream, [wake_up(batch.message_id, batch.id)], delay)
