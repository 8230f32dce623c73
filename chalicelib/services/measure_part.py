"""The job `measure`: find out how the shop's customers spread; at its end come the norms, the reports, the refresh."""

from datetime import datetime

from chalicelib.domain.measuring import started_at
from chalicelib.domain.norms import norms_of
from chalicelib.domain.scans import Scan
from chalicelib.domain.spread import Spread, spread_from_fields
from chalicelib.ports import App
from chalicelib.services.gathering import gather_part, gathered
from chalicelib.services.load_norms import store_norms
from chalicelib.services.retrying import retrying
from chalicelib.services.scan_runs import KIND, begin_run
from chalicelib.services.start_measuring import JOB
from chalicelib.services.start_refresh import start_refresh
from chalicelib.services.tally_part import JOB as TALLY


def measure_part(app: App, scan: Scan, deadline: datetime) -> Scan | None:
    """Go on with one part until its end (None) or until `deadline` on the machine's clock (the rest).

    Safe to repeat and to be killed anywhere: see services/gathering.py.
    """
    return gather_part(app, scan, deadline, Spread, lambda run: _finish(app, run))


def _finish(app: App, run: str) -> None:
    document = app.catalog.get(KIND, JOB)
    if document is None or document.body["run"] != run:
        return
    spread, about = Spread(), document.body["about"]
    for found in gathered(app, run):
        spread.merge(spread_from_fields(found))
    shop = app.catalog.shop()
    store_norms(app, norms_of(spread, started_at(about), shop.zone, shop.analyses))
    retrying(lambda: begin_run(app, TALLY, about))
    retrying(lambda: start_refresh(app))
