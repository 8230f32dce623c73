"""How a batch of records is worked through: each by itself, and only those that failed come again."""

import json
import logging
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

logger = logging.getLogger(__name__)


def each_message(event: dict[str, Any], work: Callable[[T], object], read: Callable[[str], T]) -> dict[str, Any]:
    """Run `work` on what `read` makes of each SQS record's body; the answer names the records to try again.

    What can never succeed (no JSON, an unknown version) fails like the rest: after the queue's bounded retries it lies
    in the dead-letter queue, with its cause in the log, and can be sent again from there.
    """
    failed = []
    for record in event["Records"]:
        try:
            work(read(record["body"]))
        except Exception:  # noqa: BLE001 - one record's failure must not take the others along
            logger.exception("message %s failed", record["messageId"])
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def own_message(text: str) -> dict[str, Any]:
    """The body of a message of our own queues. Raises ValueError: no JSON, or of a version unknown here."""
    body = json.loads(text)
    if not isinstance(body, dict) or body.get("v") != 1:
        raise ValueError("the message is of a version that this code does not know")
    return body
