"""A campaign that repeats: each day is one message, started once, to whoever belongs to the audience on that day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import Conflict
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.next_step import MISSED, Step
from chalicelib.services.run_campaigns import run_campaigns
from chalicelib.services.show_campaign import show_campaign
from tests.services.sending import open_shop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def shop():
    shop = open_shop(SUNDAY_NOON)
    shop.person("ann")
    return shop


def weekly(shop, **more):
    shop.campaign(repeat={"every": "week", "weekday": "tuesday"}, local_time="09:00", **more)
    return launch_campaign(shop.app, "spring")


def sent(shop):
    """(person, day) of every mail, in order."""
    rows = [row for row in shop.rows.items.values() if row.status == "sent"]
    return sorted((row.customer_id, row.message_id.removeprefix("c.spring.")) for row in rows)


def states(shop):
    return {part.name: part.state for part in show_campaign(shop.app, "spring").parts}


def test_each_of_its_days_goes_out_once_at_the_local_time(shop):
    weekly(shop)
    shop.person("kim", time_zone="Asia/Tokyo")

    shop.live(24 * 16, HOUR)

    days = ("2026-11-24", "2026-12-01", "2026-12-08")
    assert sent(shop) == [(who, day) for who in ("ann", "kim") for day in days]
    at = {row.customer_id: row.at for row in shop.rows.items.values() if row.message_id.endswith("2026-11-24")}
    assert at["kim"] - datetime(2026, 11, 24, 0, tzinfo=UTC) < HOUR
    assert at["ann"] - datetime(2026, 11, 24, 9, tzinfo=UTC) < HOUR
    shop.live(24, HOUR)
    assert len(sent(shop)) == 6


def test_it_is_scheduled_between_its_days_and_tells_the_next_one(shop):
    weekly(shop)

    view = show_campaign(shop.app, "spring")
    assert (view.stands.state, view.stands.reason) == ("scheduled", "waits for its next day")
    assert view.next == Step(at=datetime(2026, 11, 23, 10, tzinfo=UTC), what="occurrence", name="2026-11-24")
    shop.live(24 * 3, HOUR)
    assert states(shop) == {"2026-11-24": "done"}
    assert show_campaign(shop.app, "spring").stands.state == "scheduled"


def test_whoever_joins_gets_the_days_that_follow(shop):
    weekly(shop)
    shop.live(24 * 3, HOUR)
    shop.person("late")

    shop.live(24 * 7, HOUR)

    assert sent(shop) == [("ann", "2026-11-24"), ("ann", "2026-12-01"), ("late", "2026-12-01")]


def test_a_scheduler_that_fires_twice_at_once_starts_one(shop):
    """A13."""
    weekly(shop)
    shop.clock.advance(2 * DAY)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: run_campaigns(shop.app), range(8)))
    shop.live(48, HOUR)

    assert sent(shop) == [("ann", "2026-11-24")]


def test_a_scheduler_that_was_out_for_less_than_the_lateness_catches_up_once(shop):
    """A13, B7."""
    weekly(shop, max_lateness="24h")
    shop.clock.advance(timedelta(days=2, hours=20))  # Wednesday, 08:00

    shop.live(6, HOUR)

    assert sent(shop) == [("ann", "2026-11-24")]


def test_days_that_an_outage_has_swallowed_are_not_sent_and_are_told(shop):
    """A13."""
    weekly(shop, max_lateness="24h")
    shop.clock.advance(timedelta(days=18))  # Thursday, 10 December

    shop.live(3, HOUR)

    assert sent(shop) == []
    assert states(shop) == {"2026-11-24": "cancelled", "2026-12-01": "cancelled", "2026-12-08": "cancelled"}
    assert {part.reason for part in show_campaign(shop.app, "spring").parts} == {MISSED}
    assert shop.report()["planned"] == 0
    shop.live(24 * 6, HOUR)
    assert sent(shop) == [("ann", "2026-12-15")]


def test_it_ends_with_its_last_day(shop):
    shop.campaign(repeat={"every": "day", "until": "2026-11-25"}, local_time="09:00")
    launch_campaign(shop.app, "spring")

    shop.live(24 * 6, HOUR)

    assert sent(shop) == [("ann", "2026-11-23"), ("ann", "2026-11-24"), ("ann", "2026-11-25")]
    assert (show_campaign(shop.app, "spring").stands.state, shop.report()["state"]) == ("done", "done")
    assert shop.app.catalog.list("live-campaign") == []


def test_nothing_begins_while_it_is_paused_and_it_goes_on_with_the_days_to_come(shop):
    """A17."""
    weekly(shop)
    move_campaign(shop.app, "spring", "paused")
    shop.live(24 * 6, HOUR)
    assert (sent(shop), states(shop)) == ([], {})

    assert move_campaign(shop.app, "spring", "sending").state == "sending"
    shop.live(24 * 6, HOUR)

    assert sent(shop) == [("ann", "2026-12-01")]
    assert states(shop)["2026-11-24"] == "cancelled"


def test_a_cancelled_one_has_no_days_any_more(shop):
    weekly(shop)
    shop.live(24 * 3, HOUR)

    move_campaign(shop.app, "spring", "cancelled")
    shop.live(24 * 14, HOUR)

    assert sent(shop) == [("ann", "2026-11-24")]
    assert show_campaign(shop.app, "spring").stands.state == "cancelled"
    with pytest.raises(Conflict):
        move_campaign(shop.app, "spring", "sending")
