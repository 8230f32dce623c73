"""A report of a small shop is counted when it is asked for; a large one tells what the last run counted, or when."""

from datetime import timedelta

import pytest

from chalicelib.domain.reports import REPORTS
from chalicelib.errors import NotFound, NotMeasured
from chalicelib.services import show_report as module
from chalicelib.services.put_segment import put_segment
from chalicelib.services.rebuild_statistics import rebuild_statistics
from chalicelib.services.show_report import show_report
from chalicelib.services.start_measuring import start_measuring
from tests.fakes import make_app
from tests.services.measuring import open_shop_with_buyers, work_off_scans


@pytest.fixture
def app():
    return open_shop_with_buyers()


@pytest.mark.parametrize("name", REPORTS)
def test_a_small_shop_is_counted_at_once(app, name):
    found = show_report(app, name)

    assert (found["report"], found["segment"], found["customers"]) == (name, None, 12)
    assert found["measured_at"] == "2026-11-22T12:00:00Z"


@pytest.mark.parametrize("name", REPORTS)
def test_what_a_run_counts_is_what_is_counted_at_once(app, name, monkeypatch):
    now = show_report(app, name)
    start_measuring(app)
    work_off_scans(app)

    monkeypatch.setattr(module, "AT_ONCE", 11)

    assert show_report(app, name) == now


def test_the_members_of_a_segment_are_told_apart(app):
    put_segment(app, "often", {"field": "orders.count", "op": ">=", "value": 10})
    rebuild_statistics(app)

    found = show_report(app, "stages", "often")

    assert (found["segment"], found["customers"]) == ("often", 3)


def test_a_segment_that_does_not_exist_is_refused(app):
    with pytest.raises(NotFound, match="no segment 'nope'"):
        show_report(app, "ltv", "nope")


@pytest.mark.parametrize("segment", [None, "regulars"])
def test_a_large_shop_that_was_not_measured_says_when_it_will_be(app, segment, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 11)

    with pytest.raises(NotMeasured, match="more than 11 customers are counted by a measuring run") as refused:
        show_report(app, "ltv", segment)

    assert refused.value.http_status == 409
    assert ("segment 'regulars'" in refused.value.message) is (segment is not None)


def test_a_large_shop_tells_what_the_last_run_counted(app, monkeypatch):
    start_measuring(app)
    work_off_scans(app)
    monkeypatch.setattr(module, "AT_ONCE", 11)
    before = show_report(app, "ltv", "regulars")
    app.clock.advance(timedelta(minutes=30))

    assert show_report(app, "ltv", "regulars") == before
    assert before["measured_at"] == "2026-11-22T12:00:00Z"


def test_an_empty_shop_has_reports_without_a_number_that_is_none():
    """F12."""
    found = show_report(make_app(), "ltv")

    assert (found["customers"], found["ltv"], found["profit_share"]) == (0, None, None)
