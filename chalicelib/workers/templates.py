"""What a template sets off that was dropped into the bucket."""

import logging
from collections.abc import Mapping
from typing import Any

from chalicelib.services.take_template_file import take_template_file
from chalicelib.wiring import get_app

logger = logging.getLogger(__name__)


def take_template(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take the file that an "Object Created" event of the bucket names. Its own reports are left alone.

    The key stands in the event as it is: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    report = take_template_file(get_app(), event["detail"]["object"]["key"])
    if report is not None and report["status"] == "refused":
        logger.warning("a template that was dropped into the bucket was refused; its report lies beside it")
    return {"taken": None if report is None else report["status"]}
