"""Sends batches; the two streams differ only in their queues and in how many senders run at once."""

from datetime import timedelta
from typing import Any

from chalicelib.services.send_batch import send_batch
from chalicelib.wiring import get_app
from chalicelib.workers.records import each_message, own_message

BUDGET = timedelta(seconds=45)  # of the function's 120 s; the lease outlives it


def _send(event: dict[str, Any]) -> dict[str, Any]:
    app = get_app()
    deadline = app.clock.real() + BUDGET

    def work(body: dict[str, Any]) -> None:
        send_batch(app, body["message_id"], body["batch_id"], deadline=deadline)

    return each_message(event, work, own_message)


def send_marketing(event: dict[str, Any]) -> dict[str, Any]:
    """Send the batches of marketing mail that the records name."""
    return _send(event)


def send_transactional(event: dict[str, Any]) -> dict[str, Any]:
    """Send the batches of transactional mail that the records name."""
    return _send(event)
