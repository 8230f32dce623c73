"""A measuring run finds the norms, counts the reports and sets the classes right, whoever dies or comes twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.customers import Classes, Customer
from chalicelib.domain.reports import REPORTS
from chalicelib.services import refresh_part
from chalicelib.services.get_customer import get_customer
from chalicelib.services.keep_reports import ALL, kept_report
from chalicelib.services.load_norms import load_norms, store_norms
from chalicelib.services.put_segment import put_segment
from chalicelib.services.put_shop import put_shop
from chalicelib.services.run_tick import run_tick
from chalicelib.services.scan_runs import PARTS
from chalicelib.services.segment_sizes import segment_sizes
from chalicelib.services.start_measuring import start_measuring
from tests.fakes import make_app
from tests.services.measuring import FOREVER, LONG_AGO, counted, measured, open_shop_with_buyers, work, work_off_scans


@pytest.fixture
def app():
    return open_shop_with_buyers()


def everything(app):
    """What a run leaves behind."""
    kept = {group: kept_report(app, group) for group in (ALL, "regulars", "lapsing")}
    return measured(app), kept, {c.id: (c.classes, c.segments) for c in app.customers.scan()}


def test_a_run_gives_every_buyer_a_class(app):
    app.customers.put(Customer(id="nobody"))

    assert start_measuring(app) is True
    assert work_off_scans(app) == ["measure", "report", "refresh"]

    norms = measured(app)
    assert (norms.customers, norms.buyers, norms.categories) == (13, 12, 2)
    found = {customer.id: customer.classes for customer in app.customers.scan()}
    assert found["nobody"] == Classes()
    assert found["c12"] == Classes(rfm="154", abc="A", xyz="X", opportunity="medium")
    assert found["c01"].rfm == "511"
    assert all(classes.rfm and classes.abc and classes.opportunity for id_, classes in found.items() if id_ != "nobody")


def test_the_reports_are_kept_for_all_customers_and_for_each_segment(app):
    put_segment(app, "teas", {"field": "abc", "op": "=", "value": "A"})
    work_off_scans(app)

    start_measuring(app)
    work_off_scans(app)
    app.clock.advance(timedelta(hours=1))
    start_measuring(app)  # now the classes are known, and the segment has members
    work_off_scans(app)

    whole, part = counted(app), counted(app, "teas")
    assert segment_sizes(app, "teas") == [{"day": "2026-11-22", "count": part.tally["customers"]}]
    assert (whole.tally["customers"], whole.tally["buyers"]) == (12, 12)
    assert part.tally["customers"] == sum("teas" in customer.segments for customer in app.customers.scan()) > 0
    for name, tell in REPORTS.items():
        assert tell(part.tally, part.norms, "GBP")["customers"] == part.tally["customers"], name


def test_stretches_of_one_customer_give_the_same_as_one_walk(app, monkeypatch):
    """A6, A17: out of time after each page."""
    monkeypatch.setattr(refresh_part, "AT_ONCE", 1)
    other = open_shop_with_buyers()
    for shop in (app, other):
        start_measuring(shop)
    work_off_scans(app)

    work_off_scans(other, LONG_AGO)

    assert everything(other) == everything(app)
    assert len(other.files.keys("measures/")) > len(app.files.keys("measures/")) >= 2 * PARTS


def test_messages_that_come_twice_count_nobody_twice(app, monkeypatch):
    """A1."""
    monkeypatch.setattr(refresh_part, "AT_ONCE", 2)
    other = open_shop_with_buyers()
    for shop in (app, other):
        start_measuring(shop)
    work_off_scans(app)

    work_off_scans(other, LONG_AGO, twice=True)

    assert everything(other) == everything(app)


def test_whoever_died_before_the_end_was_told_is_finished_by_a_repeat(app):
    start_measuring(app)
    bodies = app.queue.take("scan")
    put, app.queue.send = app.queue.send, None
    for body in bodies[:-1]:
        work(app, body)
    with pytest.raises(TypeError):
        work(app, bodies[-1])  # died when it would have sent the messages of the next job
    app.queue.send = put

    work(app, bodies[-1])

    assert work_off_scans(app) == ["report", "refresh"]
    assert measured(app).buyers == 12


def test_a_run_that_another_one_took_the_place_of_counts_nothing(app):
    start_measuring(app)
    void = app.queue.take("scan")
    app.clock.advance(timedelta(hours=1))
    start_measuring(app)

    for body in void:
        work(app, body, FOREVER)

    assert load_norms(app) is None
    work_off_scans(app)
    assert measured(app).at == app.clock.now()


def test_older_norms_never_take_the_place_of_newer_ones(app):
    start_measuring(app)
    work_off_scans(app)
    norms = measured(app)

    store_norms(app, replace(norms, at=norms.at - timedelta(hours=1), buyers=1))

    assert measured(app) == norms


def test_the_same_shop_measured_again_writes_no_customer(app):
    start_measuring(app)
    work_off_scans(app)
    writes = app.customers.writes
    app.clock.advance(timedelta(hours=1))

    assert start_measuring(app) is True
    work_off_scans(app)

    assert app.customers.writes == writes


def test_an_empty_shop_is_measured_without_a_number_that_is_none():
    """F12."""
    app = make_app()

    start_measuring(app)
    work_off_scans(app)

    kept = counted(app)
    assert (measured(app).buyers, dict(kept.tally)) == (0, {})


def test_the_tick_begins_a_run_and_no_second_one_within_the_period(app):
    run_tick(app)
    assert "measure" in work_off_scans(app)
    run_tick(app)
    assert "measure" not in work_off_scans(app)

    app.clock.advance(timedelta(minutes=59))
    run_tick(app)
    assert "measure" not in work_off_scans(app)
    app.clock.advance(timedelta(minutes=1))
    run_tick(app)
    assert "measure" in work_off_scans(app)


def test_a_run_that_was_begun_by_somebody_who_died_is_begun_again(app):
    send, app.queue.send = app.queue.send, None
    with pytest.raises(TypeError):
        start_measuring(app)
    app.queue.send = send

    assert start_measuring(app) is True

    assert len(app.queue.take("scan")) == PARTS


def test_other_lines_are_drawn_at_once(app):
    start_measuring(app)
    work_off_scans(app)
    before = get_customer(app, "c09").classes.abc

    put_shop(app, {"analyses": {"a": 10, "b": 20}})
    assert start_measuring(app) is True
    work_off_scans(app)

    assert (before, get_customer(app, "c09").classes.abc) == ("A", "C")
