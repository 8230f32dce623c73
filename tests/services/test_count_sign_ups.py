"""The shop's limit an hour holds over all processes, under a race."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from chalicelib.errors import StaleRevision
from chalicelib.services.count_sign_ups import MOST_AN_HOUR, SHARDS, count_sign_up, sign_ups_used_up
from tests.fakes import FixedClock, make_app

MAILBOX = "0" * 32
A_TENTH = MOST_AN_HOUR // SHARDS


def test_each_shard_lets_its_part_through_and_the_next_hour_begins_anew():
    clock = FixedClock()
    app = make_app(clock=clock)

    assert [count_sign_up(app, MAILBOX) for _ in range(A_TENTH + 3)] == [True] * A_TENTH + [False] * 3
    assert sign_ups_used_up(app, MAILBOX)
    assert not sign_ups_used_up(app, "00000001" + MAILBOX[8:])
    clock.advance(timedelta(hours=1))
    assert count_sign_up(app, MAILBOX)


def test_racing_processes_never_take_more_places_than_there_are():
    app = make_app()

    def take(_):
        try:
            return count_sign_up(app, MAILBOX)
        except StaleRevision:
            return False

    with ThreadPoolExecutor(16) as threads:
        taken = sum(threads.map(take, range(3 * A_TENTH)))

    assert taken <= A_TENTH
    counted = app.catalog.get("throttle", "sign-ups-0")
    assert counted is not None
    assert counted.body["count"] == taken


def test_moving_the_shops_clock_opens_no_door():
    clock = FixedClock()
    app = make_app(clock=clock)
    for _ in range(A_TENTH):
        count_sign_up(app, MAILBOX)

    clock.business += timedelta(days=3)

    assert not count_sign_up(app, MAILBOX)
