from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.errors import StaleRevision, TooManyRequests
from chalicelib.services.count_misses import MISSES_A_MINUTE, count_miss, refuse_prober
from tests.fakes import FixedClock, make_app


def miss(app, source="till-1", times=1):
    for _ in range(times):
        count_miss(app, source)


def test_a_source_below_the_limit_goes_on():
    app = make_app()
    miss(app, times=MISSES_A_MINUTE - 1)

    refuse_prober(app, "till-1")


def test_a_source_at_the_limit_waits_and_others_do_not():
    """E8."""
    app = make_app()
    miss(app, times=MISSES_A_MINUTE)

    with pytest.raises(
        TooManyRequests, match="More than 20 unknown codes in a minute from this address. Wait a minute"
    ):
        refuse_prober(app, "till-1")
    refuse_prober(app, "till-2")


def test_the_next_minute_begins_anew_on_real_time():
    clock = FixedClock()
    app = make_app(clock=clock)
    miss(app, times=MISSES_A_MINUTE)

    clock.business += timedelta(days=1)
    with pytest.raises(TooManyRequests):
        refuse_prober(app, "till-1")
    clock.machine += timedelta(minutes=1)
    refuse_prober(app, "till-1")
    miss(app)
    [document] = app.catalog.list("throttle")
    assert document.body["misses"] == 1


def test_a_source_has_one_small_item_however_often_it_misses():
    app = make_app()
    miss(app, times=50)

    [document] = app.catalog.list("throttle")
    assert document.body == {"minute": "2026-11-22T12:00", "misses": 50}
    assert "till" not in document.name


def test_misses_at_once_are_not_forgotten_as_long_as_it_matters():
    """E8: eight at a time, 200 in all: the limit is reached."""
    app = make_app()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: count_miss(app, "till-1"), range(200)))

    with pytest.raises(TooManyRequests):
        refuse_prober(app, "till-1")


def test_a_miss_that_meets_rivals_is_tried_again_and_given_up_without_an_error(monkeypatch):
    app = make_app()
    put, rivals = app.catalog.put, [3]

    def contested(document):
        if rivals[0] > 0:
            rivals[0] -= 1
            raise StaleRevision("a rival was first")
        return put(document)

    monkeypatch.setattr(app.catalog, "put", contested)
    miss(app)
    assert [document.body["misses"] for document in app.catalog.list("throttle")] == [1]
    rivals[0] = 100
    miss(app)
    assert [document.body["misses"] for document in app.catalog.list("throttle")] == [1]
