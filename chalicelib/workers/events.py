"""Reads the files of sends, deliveries and opens that Firehose writes to the bucket."""

import gzip
import json
import logging
from collections.abc import Iterator
from typing import Any

from chalicelib.email.events import read_event
from chalicelib.services.record_events import record_events
from chalicelib.wiring import get_app

logger = logging.getLogger(__name__)

_GZIP = b"\x1f\x8b"


def read_events(event: dict[str, Any]) -> dict[str, Any]:
    """Record every event of the file that EventBridge names; a file read twice changes nothing.

    What is no event is counted and logged, and the others are recorded: the file stays where it is. The key stands in
    the event as it is: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    app = get_app()
    content = app.files.get(event["detail"]["object"]["key"])
    facts, refused = [], 0
    for document in _documents(content or b""):
        try:
            fact = read_event(document)
        except ValueError:
            refused += 1
            continue
        if fact is not None:
            facts.append(fact)
    record_events(app, facts)
    if refused:
        logger.warning("%s parts of an event file are no events of SES's", refused)
    return {"recorded": len(facts), "refused": refused}


def _documents(content: bytes) -> Iterator[Any]:
    """Every JSON value of a file, with nothing or white space between them; None for a line that is no JSON.

    On AWS a file is a gzip of many, on a local stack one plain object.
    """
    if content.startswith(_GZIP):
        content = gzip.decompress(content)
    decoder, text, place = json.JSONDecoder(), content.decode(errors="replace"), 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        try:
            document, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            end = text.find("\n", place)
            document, place = None, len(text) if end < 0 else end
        yield document
