"""Use case: wake up planners and senders for all that is due. The tables are the truth, the queue only a wake-up."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from chalicelib.domain.messages import Message
from chalicelib.ports import App

MOST_AT_ONCE = 500  # batches a run; the next run goes on
# What shows no progress is fed again after this; longer than a lease lives, so that a live sender is not disturbed.
AGAIN_AFTER = timedelta(minutes=3)
AGAIN_WHILE_PAUSED = timedelta(minutes=15)


def feed_due(app: App) -> int:
    """Queue what is due, each thing by one of several feeders; the count of what was queued."""
    now = app.clock.now()
    work: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    messages: dict[str, Message | None] = {}
    for message_id, batch_id in app.batches.due(now, MOST_AT_ONCE):
        if message_id not in messages:
            messages[message_id] = app.messages.get(message_id)
        message = messages[message_id]
        if message is None:
            continue
        paused = message.state == "paused"
        again = now + (AGAIN_WHILE_PAUSED if paused else AGAIN_AFTER)
        if app.batches.postpone(message_id, batch_id, now, again) and not paused:
            queue: str = "plan" if batch_id is None else message.stream
            work[queue].append({"v": 1, "message_id": message_id, "batch_id": batch_id})
    for queue, bodies in work.items():
        app.queue.send(queue, bodies)
    return sum(len(bodies) for bodies in work.values())
