"""Turns launched messages into batches."""

from datetime import timedelta
from typing import Any

from chalicelib.services.plan_message import plan_message
from chalicelib.wiring import get_app
from chalicelib.workers.records import each_message, own_message

BUDGET = timedelta(seconds=90)  # of the function's time; what is not done by then goes on in a new message


def plan(event: dict[str, Any]) -> dict[str, Any]:
    """Plan the message that each record names."""
    app = get_app()
    deadline = app.clock.real() + BUDGET

    def work(body: dict[str, Any]) -> None:
        plan_message(app, body["message_id"], deadline=deadline)

    return each_message(event, work, own_message)
