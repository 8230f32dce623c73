"""Which job of the scan queue is done by what: work over all customers, one part of the table at a time."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.scans import Scan, scan_from_body, scan_to_body
from chalicelib.ports import App
from chalicelib.services.count_part import JOB as COUNT
from chalicelib.services.count_part import count_part
from chalicelib.services.flip_due import flip_part
from chalicelib.services.measure_part import measure_part
from chalicelib.services.refresh_part import refresh_part
from chalicelib.services.tally_part import tally_part
from chalicelib.wiring import get_app
from chalicelib.workers.records import each_message, own_message

BUDGET = timedelta(seconds=200)  # of the function's time; what is not done by then goes on in a new message

# Works until the part's end (None) or the deadline on the machine's clock (the rest, to be handed over).
Job = Callable[[App, Scan, datetime], Scan | None]
JOBS: Mapping[str, Job] = {
    "refresh": refresh_part,
    "flips": flip_part,
    "measure": measure_part,
    "report": tally_part,
    COUNT: count_part,
}


def scan_part(event: dict[str, Any]) -> dict[str, Any]:
    """Go on with the part that each record names; hand the rest over where the time ran short.

    The rest is sent before the message is done with: a worker that dies in between does a stretch twice, never not.
    """
    app = get_app()
    deadline = app.clock.real() + BUDGET

    def work(scan: Scan) -> None:
        if scan.job not in JOBS:
            raise ValueError(f"a message of the scan queue asks for {scan.job[:40]!r}, which is unknown")
        rest = JOBS[scan.job](app, scan, deadline)
        if rest is not None:
            app.queue.send("scan", [scan_to_body(rest)])

    return each_message(event, work, lambda text: scan_from_body(own_message(text)))
