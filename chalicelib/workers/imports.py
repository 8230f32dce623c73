"""What an uploaded file sets off: the split begins when it arrives, the queue carries its parts."""

import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.errors import NotFound
from chalicelib.services.import_part import import_part as store_part
from chalicelib.services.split_import import split_import
from chalicelib.wiring import get_app
from chalicelib.workers.records import each_message, own_message

logger = logging.getLogger(__name__)

# Both functions may run for 300 s: a stretch that was begun has a minute to be written.
_SPLIT_FOR = timedelta(seconds=240)
_UPLOAD = re.compile(r"uploads/([A-Za-z0-9_-]{1,64})\.csv", re.ASCII)


def start_import(event: Mapping[str, Any]) -> dict[str, Any]:
    """Split the file that an "Object Created" event of the bucket names. A file of no import is left alone.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html (the key stands there as it is, not
    URL-encoded as in the older notifications).
    """
    found = _UPLOAD.fullmatch(event["detail"]["object"]["key"])
    if found is None:
        logger.warning("a file below uploads/ belongs to no import")
        return {"started": None}
    app = get_app()
    try:
        split_import(app, found[1], app.clock.real() + _SPLIT_FOR)
    except NotFound:
        logger.warning("the import %s of an uploaded file is not known", found[1])
        return {"started": None}
    return {"started": found[1]}


def import_part(event: dict[str, Any]) -> dict[str, Any]:
    """Store the part that each message names, or go on with a split that ran out of time."""
    app = get_app()

    def work(body: Mapping[str, Any]) -> None:
        if body["do"] == "split":
            split_import(app, body["import"], app.clock.real() + _SPLIT_FOR)
        elif body["do"] == "part":
            store_part(app, body["import"], body["part"])
        else:
            raise ValueError(f"a message of the import queue asks for {str(body['do'])[:40]!r}, which is unknown")

    return each_message(event, work, own_message)
