"""Each step of a campaign, killed before and after each port call: nobody doubled, nobody lost, nothing wedged."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.services.continue_campaign import continue_campaign
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.plan_message import plan_message
from chalicelib.services.run_campaigns import run_campaigns
from tests.faults.ports import each_death
from tests.services.sending import BEYOND_THE_LEASE, BUDGET, open_shop

HOUR = timedelta(hours=1)
STAGES = {"stages": [{"field": "country", "in": ["GB"]}], "go_on": "after 1d"}
TEST = {
    "variants": [{"name": "a"}, {"name": "b"}],
    "winner": {"by": "clicks", "after": "4h", "test_percent": 50},
}
WEEKLY = {"repeat": {"every": "day", "until": "2026-11-23"}, "local_time": "09:00"}
PEOPLE = 12


def fresh(fields):
    shop = open_shop()
    shop.people(PEOPLE - 4)
    for number in range(4):
        shop.person(f"gb{number}", country="GB")
    shop.campaign(**fields)
    return shop


def running(fields, minutes=3, step=timedelta(minutes=1)):
    shop = fresh(fields)
    launch_campaign(shop.app, "spring")
    shop.live(minutes, step)
    return shop


def to_the_end(shop):
    """What comes after a death: leases run out, the user repeats the launch, the clock goes on."""
    shop.clock.advance(BEYOND_THE_LEASE)
    launch_campaign(shop.app, "spring")
    for _ in range(40):
        shop.live(1, HOUR)
        if not shop.due.at and not shop.app.catalog.list("live-campaign"):
            break


def assert_everybody_once(shop, what):
    by_status = Counter(row.customer_id for row in shop.rows.items.values() if row.status in {"sent", "unknown"})
    assert by_status == Counter(list(shop.customers.items)), what
    assert Counter(shop.mailer.recipients).most_common(1)[0][1] == 1, what
    report = shop.report()
    assert (report["planned"], report["pending"], report["state"]) == (PEOPLE, 0, "done"), what
    assert not shop.due.at, what
    assert shop.app.catalog.list("live-campaign") == [], what
    left = [key for key in shop.files.objects if key.startswith("plans/") and not key.endswith("planned")]
    assert left == [], what


def deaths(make, use_case, least):
    found = list(each_death(make, lambda shop: shop.app, use_case))
    assert len(found) >= 2 * least
    return found


@pytest.mark.parametrize("fields", [STAGES, TEST, WEEKLY], ids=["stages", "test", "repeat"])
def test_killed_anywhere_in_the_launch(fields):
    """A2."""
    for what, shop in deaths(lambda: fresh(fields), lambda app: launch_campaign(app, "spring"), 11):
        to_the_end(shop)
        assert_everybody_once(shop, what)


@pytest.mark.parametrize("fields", [STAGES, TEST], ids=["stages", "test"])
def test_killed_anywhere_in_the_plan_of_the_first_message(fields, monkeypatch):
    """A2, A17."""
    monkeypatch.setattr("chalicelib.services.resolve_audience.PAGE", 5)

    def launched():
        shop = fresh(fields)
        launch_campaign(shop.app, "spring")
        shop.queue.take("plan")
        return shop

    def plan(app):
        plan_message(app, "c.spring", deadline=app.clock.real() + BUDGET)

    for what, shop in deaths(launched, plan, 50):
        to_the_end(shop)
        assert_everybody_once(shop, what)


@pytest.mark.parametrize(
    ("fields", "minutes", "step"),
    [(STAGES, 25, HOUR), (TEST, 4, HOUR), (WEEKLY, 22, HOUR)],
    ids=["stages", "test", "repeat"],
)
def test_killed_anywhere_in_the_tick_that_takes_the_next_step(fields, minutes, step):
    """A2, A13."""

    def waiting():
        shop = running(fields, minutes - 1, step)
        shop.clock.advance(step)
        return shop

    for what, shop in deaths(waiting, run_campaigns, 8):
        to_the_end(shop)
        assert_everybody_once(shop, what)


def test_killed_anywhere_in_the_plan_of_a_later_part():
    """A2, A17."""

    def begun():
        shop = running(STAGES)
        continue_campaign(shop.app, "spring")
        shop.queue.take("plan")
        return shop

    def plan(app):
        plan_message(app, "c.spring.stage-2", deadline=app.clock.real() + BUDGET)

    for what, shop in deaths(begun, plan, 23):
        to_the_end(shop)
        assert_everybody_once(shop, what)


def test_killed_anywhere_while_it_is_continued_by_hand():
    """A2."""
    for what, shop in deaths(lambda: running(STAGES), lambda app: continue_campaign(app, "spring"), 16):
        to_the_end(shop)
        assert_everybody_once(shop, what)


def test_killed_anywhere_while_it_is_paused_and_resumed():
    """A2, A9, A17."""

    def begun():
        shop = running(STAGES)
        continue_campaign(shop.app, "spring")
        return shop

    def there_and_back(app):
        move_campaign(app, "spring", "paused")
        move_campaign(app, "spring", "sending")

    for what, shop in deaths(begun, there_and_back, 27):
        move_campaign(shop.app, "spring", "paused")
        shop.live(2)
        assert {message.state for message in shop.messages.items.values()} == {"paused"}, what
        move_campaign(shop.app, "spring", "sending")
        to_the_end(shop)
        assert_everybody_once(shop, what)


@pytest.mark.parametrize("begun", [False, True])
def test_killed_anywhere_while_it_is_cancelled(begun):
    """A2: whoever waits for a stage is skipped with the reason, also where only the tick comes by again."""

    def shop_of():
        shop = running(STAGES)
        if begun:
            continue_campaign(shop.app, "spring")
        return shop

    for what, shop in deaths(shop_of, lambda app: move_campaign(app, "spring", "cancelled"), 10):
        shop.clock.advance(BEYOND_THE_LEASE)
        move_campaign(shop.app, "spring", "cancelled")
        shop.live(30)
        report = shop.report()
        assert (report["planned"], report["pending"], report["state"]) == (PEOPLE, 0, "cancelled"), what
        assert report["sent"] + report["skipped"]["cancelled"] == PEOPLE, what
        assert not shop.due.at, what
        assert shop.app.catalog.list("live-campaign") == [], what


def test_killed_anywhere_in_the_tick_that_ends_what_was_cancelled():
    """A2."""

    def cancelled():
        shop = running(STAGES)
        move_campaign(shop.app, "spring", "cancelled")
        return shop

    for what, shop in deaths(cancelled, run_campaigns, 7):
        shop.live(30)
        report = shop.report()
        assert (report["planned"], report["pending"]) == (PEOPLE, 0), what
        assert report["skipped"] == {"cancelled": PEOPLE - 4}, what
        assert not shop.due.at, what


def test_killed_anywhere_in_the_watchdog():
    """A2, A16."""

    def quiet():
        shop = fresh({})
        launch_campaign(shop.app, "spring")
        shop.plan()
        shop.clock.advance(timedelta(minutes=20))
        return shop

    for what, shop in deaths(quiet, run_campaigns, 8):
        to_the_end(shop)
        assert_everybody_once(shop, what)
