"""What a measuring run counted is kept for each group, and an older run never takes the place of a newer one."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.norms import Norms, norms_of
from chalicelib.domain.spread import Spread
from chalicelib.domain.thresholds import Thresholds
from chalicelib.services.keep_reports import ALL, Counted, keep_report, kept_report
from tests.fakes import NOON, make_app
from tests.fakes.catalog import MemoryCatalog


@pytest.fixture
def norms() -> Norms:
    return norms_of(Spread(), NOON, ZoneInfo("Europe/London"), Thresholds())


def test_counts_come_back_with_what_they_were_counted_by(norms):
    app = make_app()

    keep_report(app, ALL, {"customers": 3}, norms)
    keep_report(app, "regulars", {}, norms)

    assert kept_report(app, ALL) == Counted(tally={"customers": 3}, norms=norms)
    assert kept_report(app, "regulars") == Counted(tally={}, norms=norms)
    assert kept_report(app, "lapsing") is None


def test_the_same_counts_again_write_nothing(norms):
    catalog = MemoryCatalog()
    app = make_app(catalog=catalog)
    keep_report(app, ALL, {"customers": 3}, norms)
    writes = catalog.writes

    keep_report(app, ALL, {"customers": 3}, norms)

    assert catalog.writes == writes


def test_an_older_run_changes_nothing(norms):
    app = make_app()
    keep_report(app, ALL, {"customers": 3}, norms)

    keep_report(app, ALL, {"customers": 9}, replace(norms, at=NOON - timedelta(hours=1)))

    assert kept_report(app, ALL) == Counted(tally={"customers": 3}, norms=norms)
