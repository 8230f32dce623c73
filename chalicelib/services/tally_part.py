"""The job `report`: count all customers, and the members of each segment, by the norms; at its end keep that."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.norms import Norms
from chalicelib.domain.scans import Scan
from chalicelib.domain.tallies import add_to, counts_of
from chalicelib.ports import App
from chalicelib.services.gathering import gather_part, gathered
from chalicelib.services.keep_reports import ALL, keep_report
from chalicelib.services.load_norms import load_norms
from chalicelib.services.segment_sizes import keep_size

JOB = "report"
MOST_SEGMENTS = 200  # that are counted, in order of name: each adds some ten kilobytes to what a part holds


def tally_part(app: App, scan: Scan, deadline: datetime) -> Scan | None:
    """Go on with one part until its end (None) or until `deadline` on the machine's clock (the rest).

    Safe to repeat and to be killed anywhere: see services/gathering.py.
    """
    norms = load_norms(app)
    if norms is None:
        return None
    groups = [ALL, *(document.name for document in app.catalog.list("segment"))][: MOST_SEGMENTS + 1]
    now = app.clock.now()
    return gather_part(app, scan, deadline, lambda: Tallies(groups, norms, now), lambda run: _finish(app, run, norms))


class Tallies:
    """One tally for everybody, and one for each segment."""

    def __init__(self, groups: Iterable[str], norms: Norms, now: datetime) -> None:
        self.tallies: dict[str, Counter[str]] = {group: Counter() for group in groups}
        self._norms = norms
        self._now = now

    def add(self, customer: Customer) -> None:
        """Count one customer in all groups."""
        counts = list(counts_of(customer, self._norms, self._now))
        for group in (ALL, *customer.segments):
            if group in self.tallies:
                add_to(self.tallies[group], counts)

    def merge(self, fields: Mapping[str, Mapping[str, int]]) -> None:
        """Add what another part counted."""
        for group, counts in fields.items():
            add_to(self.tallies.setdefault(group, Counter()), counts)

    def to_fields(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {group: dict(tally) for group, tally in self.tallies.items()}


def _finish(app: App, run: str, norms: Norms) -> None:
    whole = Tallies((), norms, app.clock.now())
    for found in gathered(app, run):
        whole.merge(found)
    for group, tally in whole.tallies.items():
        keep_report(app, group, tally, norms)
        if group != ALL:
            keep_size(app, group, norms.at.astimezone(app.catalog.shop().zone).date(), tally.get("customers", 0))
