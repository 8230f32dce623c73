"""Use case: tell one analysis of all customers, or of the members of a segment."""

from collections import Counter
from itertools import islice
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import instant_text
from chalicelib.domain.norms import norms_of
from chalicelib.domain.reports import REPORTS
from chalicelib.domain.spread import Spread
from chalicelib.domain.tallies import add_to, counts_of
from chalicelib.errors import NotFound, NotMeasured
from chalicelib.ports import App
from chalicelib.services.keep_reports import ALL, Counted, kept_report
from chalicelib.services.load_norms import load_norms

AT_ONCE = 5_000  # customers that are counted while somebody waits: a second of a function's time


def show_report(app: App, name: str, segment: str | None = None) -> dict[str, Any]:
    """The report of that name (a key of `domain.reports.REPORTS`), with when it was counted.

    A small shop is counted now, so that a report is never empty after the first import; of a larger one it is what the
    last measuring run counted.

    Raises:
        NotFound: no such segment. NotMeasured: the shop is large, and no run has counted this group yet.
    """
    if segment is not None and app.catalog.get("segment", segment) is None:
        raise NotFound("segment", segment)
    counted = _count_now(app, segment) or kept_report(app, segment or ALL)
    if counted is None:
        raise NotMeasured(
            f"Reports over more than {AT_ONCE} customers are counted by a measuring run, and none has counted "
            f"{'all customers' if segment is None else f'segment {segment!r}'} yet. The first run begins within five "
            "minutes, the next one at night; ask again then."
        )
    found = REPORTS[name](counted.tally, counted.norms, app.catalog.shop().currency)
    return {"report": name, "segment": segment, "measured_at": instant_text(counted.norms.at), **found}


def _count_now(app: App, segment: str | None) -> Counted | None:
    """None where there are too many customers."""
    last = load_norms(app)
    if last is not None and last.customers > AT_ONCE:
        return None
    customers = list(islice(app.customers.scan(), AT_ONCE + 1))
    return _counted(app, customers, segment) if len(customers) <= AT_ONCE else None


def _counted(app: App, customers: list[Customer], segment: str | None) -> Counted:
    shop, now = app.catalog.shop(), app.clock.now()
    spread, tally = Spread(), Counter[str]()
    for customer in customers:
        spread.add(customer)
    norms = norms_of(spread, now, shop.zone, shop.analyses)
    for customer in customers:
        if segment is None or segment in customer.segments:
            add_to(tally, counts_of(customer, norms, now))
    return Counted(tally=tally, norms=norms)
