"""The job `refresh`: derive every customer of one part of the table anew, as the rules are now."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from chalicelib.domain.customers import Customer
from chalicelib.domain.scans import Scan
from chalicelib.ports import App
from chalicelib.services.rederive import rederive
from chalicelib.services.scan_runs import end_part, is_void

AT_ONCE = 100  # customers between two looks at the clock


def refresh_part(app: App, scan: Scan, deadline: datetime) -> Scan | None:
    """Go on with one part until its end (None) or until `deadline` on the machine's clock (the rest).

    Safe to repeat: who is right already is not written. A run that another one has taken the place of is dropped.
    """
    if is_void(app, scan):
        return None
    for some in pages(app, scan):
        rederive(app, some)
        scan = replace(scan, cursor=some[-1].id)
        if app.clock.real() >= deadline:
            return scan
    end_part(app, scan)
    return None


def pages(app: App, scan: Scan) -> Iterator[Sequence[Customer]]:
    """The customers of a part that are still to be done, `AT_ONCE` at a time."""
    customers = app.customers.scan(scan.part, scan.parts, scan.cursor)
    while some := list(islice(customers, AT_ONCE)):
        yield some
