"""Use case: see to it that the shop is measured when its time has come."""

from chalicelib.domain.measuring import is_due, occasion, period_start
from chalicelib.ports import App
from chalicelib.services.load_norms import load_norms
from chalicelib.services.scan_runs import KIND, begin_run

JOB = "measure"


def start_measuring(app: App) -> bool:
    """Begin the job `measure` where the last run is too old, or measured by other lines; whether it was begun."""
    shop, last = app.catalog.shop(), app.catalog.get(KIND, JOB)
    start = period_start(app.clock.now(), shop.zone, load_norms(app))
    if last is not None and not last.body["sent"]:
        return begin_run(app, JOB, last.body["about"])  # whoever began it died before all messages were out
    if not is_due(last.body["about"] if last else None, start, shop.analyses):
        return False
    return begin_run(app, JOB, occasion(start, shop.analyses))
