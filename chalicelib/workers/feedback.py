"""Records what SES reports at once: bounces, complaints, rejects, delays, rendering failures."""

from collections.abc import Mapping
from typing import Any

from chalicelib.email.events import read_event, read_notification
from chalicelib.services.record_events import record_events
from chalicelib.wiring import get_app
from chalicelib.workers.records import each_message


def feedback(event: dict[str, Any]) -> dict[str, Any]:
    """Record the event of each message; the answer names those to try again."""
    app = get_app()

    def work(notification: Mapping[str, Any] | None) -> None:
        fact = read_event(notification) if notification is not None else None
        if fact is not None:
            record_events(app, [fact])

    return each_message(event, work, read_notification)
