"""Time alone moves people between segments: within one tick of their moment, and nobody else is read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.events import Event
from chalicelib.domain.scans import Scan, scan_from_body
from chalicelib.ports import FLIP_PARTS
from chalicelib.services import flip_due as module
from chalicelib.services.flip_due import flip_due, flip_part
from chalicelib.services.place_order import place_order
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_segment import put_segment
from chalicelib.services.refresh_many import refresh_many
from chalicelib.services.run_tick import run_tick
from tests.fakes import NOON, FixedClock, make_app

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def app(clock):
    return make_app(clock=clock)


def order(app, number, at, customer="ann", sku="tea"):
    lines = [{"sku": sku, "quantity": 1, "unit_price": 500}]
    fields = {"order_id": f"{customer}-{number}", "customer_id": customer, "placed_at": at.isoformat(), "lines": lines}
    place_order(app, fields)
    refresh_many(app, [customer])


def at(app, clock, moment):
    """The customer after the tick of that moment."""
    clock.advance(moment - clock.now())
    flip_due(app)
    return app.customers.get("ann")


def test_a_regular_who_falls_silent_flips_at_the_moment_and_not_before(app, clock):
    for number in range(4):
        order(app, number, NOON - timedelta(days=10 * (3 - number)))
    moment = NOON + timedelta(days=20) + timedelta.resolution
    ann = app.customers.get("ann")
    assert (ann.stage, ann.segments, ann.next_flip_at) == ("regular", ("regulars",), moment)

    ann = at(app, clock, moment - timedelta.resolution)
    assert (ann.stage, ann.segments) == ("regular", ("regulars",))

    ann = at(app, clock, moment)
    assert (ann.stage, ann.segments, ann.next_flip_at) == ("client", ("lapsing", "regulars"), None)
    before = app.customers.writes
    at(app, clock, moment + timedelta(days=1000))
    assert app.customers.writes == before


@pytest.mark.parametrize(
    ("rule", "enters", "leaves"),
    [
        ({"field": "stats.days_since_last_order", "op": ">=", "value": 90}, 90, None),
        ({"field": "stats.last_order_at", "op": "before", "value": "90d ago"}, 90.0001, None),
        ({"field": "stats.last_order_at", "op": "after", "value": "-30d"}, None, 30),
        ({"field": "orders.count", "op": "=", "value": 0, "within": "60d"}, 60.0001, None),
        ({"field": "orders.spent", "op": ">=", "value": 500, "within": "60d"}, None, 60.0001),
        ({"field": "sku", "op": "contains", "value": "tea", "within": "60d"}, None, 60.0001),
        ({"field": "joined_on", "op": "within_days", "value": 6}, 14.5, 21.5),
        ({"field": "birthday", "op": "within_days", "value": 7}, 24.5, 32.5),
        ({"field": "events.visit", "op": ">=", "value": 1, "within": "10d"}, 0.5, 10.5001),
        (
            {"all": [{"field": "events.visit", "op": "exists"}, {"field": "events.buy", "op": "=", "value": 0}]},
            0.5,
            None,
        ),
    ],
    ids=str,
)
def test_each_kind_of_rule_flips_within_one_tick_of_its_moment(app, clock, rule, enters, leaves):
    """B2's and B6's place in rules: days are those of UTC, whoever the customer is."""
    order(app, 1, NOON)
    app.events.create_many([Event(event_id="e", customer_id="ann", name="visit", at=NOON + timedelta(days=0.5))])
    put_customer(app, "ann", {"birthday": "1990-12-24"})
    # No shop knows a day of joining ahead of its time, but a customer in the far east has one.
    app.customers.put(replace(app.customers.get("ann"), joined_on=(NOON + timedelta(days=15)).date()))
    put_segment(app, "chosen", rule)
    refresh_many(app, ["ann"])

    for moment, member in ((enters, True), (leaves, False)):
        if moment is None:
            continue
        due = NOON + timedelta(days=moment)
        before = at(app, clock, due - MINUTE)
        assert ("chosen" in before.segments) is not member
        assert before.next_flip_at is not None
        assert before.next_flip_at <= due
        assert ("chosen" in at(app, clock, due + MINUTE).segments) is member
    assert app.customers.get("ann").next_flip_at is None or "birthday" in str(rule)


def test_the_tick_does_it(app, clock):
    order(app, 1, NOON)
    put_segment(app, "silent", {"field": "stats.days_since_last_order", "op": ">=", "value": 90})
    refresh_many(app, ["ann"])
    clock.advance(timedelta(days=90))

    run_tick(app)

    assert app.customers.get("ann").segments == ("silent",)


def test_a_customer_whom_time_does_not_change_is_in_no_index(app, clock):
    put_customer(app, "ann", {"first_name": "Ann"})
    put_segment(app, "silent", {"field": "stats.days_since_last_order", "op": ">=", "value": 90})

    assert app.customers.get("ann").next_flip_at is None
    assert app.customers.due_to_flip(datetime(2999, 1, 1, tzinfo=UTC), 10) == []


def test_more_than_a_tick_holds_goes_through_the_scan_queue(app, clock, monkeypatch):
    monkeypatch.setattr(module, "MOST_AT_ONCE", 10)
    monkeypatch.setattr(module, "AT_ONCE", 4)
    put_segment(app, "silent", {"field": "stats.days_since_last_order", "op": ">=", "value": 90})
    names = [f"c-{n}" for n in range(40)]
    for name in names:
        order(app, 1, NOON, name)
    app.queue.take("scan")
    clock.advance(timedelta(days=90))

    assert flip_due(app) == 10
    assert sum("silent" in app.customers.get(name).segments for name in names) == 10
    parts = [scan_from_body(body) for body in app.queue.take("scan")]
    assert [part.part for part in parts] == list(range(FLIP_PARTS))

    for part in parts:
        assert flip_part(app, part, clock.real() + MINUTE) is None
    assert all("silent" in app.customers.get(name).segments for name in names)
    assert flip_due(app) == 0
    assert app.queue.take("scan") == []


def test_a_part_that_runs_out_of_time_hands_itself_over(app, clock, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 1)
    put_segment(app, "silent", {"field": "stats.days_since_last_order", "op": ">=", "value": 90})
    for name in ("a", "b", "c"):
        order(app, 1, NOON, name)
    clock.advance(timedelta(days=90))
    scans = [Scan(job="flips", run="due", part=part, parts=FLIP_PARTS) for part in range(FLIP_PARTS)]

    left = [flip_part(app, scan, clock.real()) for scan in scans]

    assert [one for one in left if one is not None] == [one for one in scans if one in left]
    assert app.customers.writes == 3 + 3 + len({one.part for one in left if one})
