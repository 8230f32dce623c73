"""Use case: begin a later part, or an occurrence, of a launched campaign, unless somebody stops it at that moment."""

from datetime import datetime

from chalicelib.domain.messages import Message
from chalicelib.ports import App
from chalicelib.services.launch_message import launch_message
from chalicelib.services.move_campaign import move_message

_STOPPED = ("paused", "cancelled")


def begin_part(app: App, message: Message, due_at: datetime) -> None:
    """Create its message if absent; one that is there stays as it is.

    Whoever pauses or cancels writes the first message, then looks for the others; this writes another, then looks at
    the first. So one of the two sees what the other did, whichever came first.
    """
    if not launch_message(app, message, due_at):
        return
    first = app.messages.get(f"c.{message.name}")
    fresh = app.messages.get(message.id)
    if first is not None and fresh is not None and first.state in _STOPPED and fresh.state not in _STOPPED:
        move_message(app, fresh, first.state, first.state_reason)
