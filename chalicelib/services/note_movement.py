"""Use case: note that a campaign's message moves, so that the watchdog need not read its batches."""

from datetime import timedelta

from chalicelib.domain.messages import Message
from chalicelib.ports import App

_APART = timedelta(minutes=1)  # the watchdog asks for no more, and the item stays cold


def note_movement(app: App, message: Message) -> None:
    """Write the time, unless that was done within the last minute. A flow has no watchdog."""
    now = app.clock.now()
    if message.source == "campaign" and (message.moved_at is None or now - message.moved_at >= _APART):
        app.messages.beat(message.id, now)
