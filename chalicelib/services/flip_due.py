"""Use case: bring those customers up to date for whom time alone has just changed the stage or a segment."""

from datetime import datetime

from chalicelib.domain.scans import Scan, scan_to_body
from chalicelib.ports import FLIP_PARTS, App
from chalicelib.services.rederive import rederive

MOST_AT_ONCE = 400  # customers a tick; what is more goes through the scan queue
AT_ONCE = 100
JOB = "flips"


def flip_due(app: App) -> int:
    """Derive anew whose moment has come, as many as fit into a tick; how many were looked at.

    Each customer keeps the next moment in a sparse index, so nobody else is read. Whoever dies in between leaves the
    rest due; two at once write the same.
    """
    found = app.customers.due_to_flip(app.clock.now(), MOST_AT_ONCE)
    for start in range(0, len(found), AT_ONCE):
        _bring_up(app, found[start : start + AT_ONCE])
    if len(found) == MOST_AT_ONCE:
        parts = [Scan(job=JOB, run="due", part=part, parts=FLIP_PARTS) for part in range(FLIP_PARTS)]
        app.queue.send("scan", [scan_to_body(part) for part in parts])
    return len(found)


def flip_part(app: App, scan: Scan, deadline: datetime) -> Scan | None:
    """The job `flips`: work off all of one part of the index that is due, until `deadline` on the machine's clock."""
    while found := app.customers.due_to_flip(app.clock.now(), AT_ONCE, scan.part):
        _bring_up(app, found)
        if app.clock.real() >= deadline:
            return scan
    return None


def _bring_up(app: App, ids: list[str]) -> None:
    rederive(app, list(app.customers.get_many(ids).values()))
