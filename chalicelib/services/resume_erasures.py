"""Use case: go on with the erasures that a death, a sender at work or the clock has interrupted."""

import logging
from datetime import timedelta

from chalicelib.ports import App
from chalicelib.services.erase_customer import continue_erasure
from chalicelib.services.load_erasure import open_erasures

logger = logging.getLogger(__name__)

_EACH_RUN = timedelta(seconds=20)  # of the tick's time


def resume_erasures(app: App) -> int:
    """How many are still open. One that fails is logged, without a name, and tried again in a minute."""
    deadline = app.clock.real() + _EACH_RUN
    left = 0
    for erasure in open_erasures(app):
        try:
            left += not continue_erasure(app, erasure, deadline=deadline)
        except Exception as error:  # noqa: BLE001 - one erasure must hold up neither the others nor the tick
            logger.warning("an erasure failed and is tried again: %s", type(error).__name__)
            left += 1
    return left
