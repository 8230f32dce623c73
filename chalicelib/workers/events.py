"""Reads the files of sends, deliveries and opens that Firehose writes to the bucket."""

import logging
from typing import Any

from chalicelib.domain.mail_events import MailEvent
from chalicelib.email.events import read_event
from chalicelib.ports import App
from chalicelib.services.keep_facts import documents, fact_from_fields, is_fact, keep_facts
from chalicelib.services.record_events import record_events
from chalicelib.wiring import get_app

logger = logging.getLogger(__name__)


def read_events(event: dict[str, Any]) -> dict[str, Any]:
    """Record every event of the file that EventBridge names, keep the facts, delete the file, which holds addresses.

    A file read twice changes nothing. What is no event is counted and logged, the others are recorded, and then the
    file stays for whoever looks into it, until it expires. The key stands in the event as it is:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    app = get_app()
    key = event["detail"]["object"]["key"]
    content = app.files.get(key)
    if content is None:
        return {"recorded": 0, "refused": 0}  # it was read before
    facts, refused = [], 0
    for document in documents(content):
        try:
            fact = _fact(app, document)
        except ValueError:
            refused += 1
            continue
        if fact is not None:
            facts.append(fact)
    record_events(app, facts)
    keep_facts(app, key, facts)
    if refused:
        logger.warning("%s parts of an event file are no events of SES's", refused)
    else:
        app.files.delete([key])
    return {"recorded": len(facts), "refused": refused}


def _fact(app: App, document: Any) -> MailEvent | None:
    return fact_from_fields(app, document) if is_fact(document) else read_event(document)
