"""The watchdog and the end: stalled where nothing moves although there is work, done where nobody is pending."""

import logging
from datetime import timedelta

import pytest

from chalicelib.errors import MailRefused
from chalicelib.services.feed_due import feed_due
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import UNDONE, move_campaign
from chalicelib.services.run_campaigns import run_campaigns
from chalicelib.services.show_campaign import show_campaign
from tests.services.sending import open_shop, raising, recover

PAUSED_ACCOUNT = MailRefused("AccountSendingPaused", "paused", retry=True, account_wide=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def shop():
    shop = open_shop()
    shop.people(60)
    return shop


def stands(shop):
    return show_campaign(shop.app, "spring").stands


def stand_still(shop):
    """The tick comes by, and comes by again after twenty minutes in which nothing else did."""
    run_campaigns(shop.app)
    shop.clock.advance(20 * MINUTE)
    run_campaigns(shop.app)


def alerts(caplog):
    return [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_campaign_of_which_nothing_moves_is_stalled_with_the_reason_and_goes_on_by_itself(shop, caplog):
    """A16: the queue does not deliver."""
    shop.launch()
    for minute in range(18):
        run_campaigns(shop.app)
        feed_due(shop.app)
        shop.queue.take("marketing")
        assert stands(shop).state == ("sending" if minute < 16 else "stalled")
        shop.clock.advance(MINUTE)
    assert "nothing has moved since 2026-11-22 12:00 UTC although mails are due" in stands(shop).reason
    assert len(alerts(caplog)) == 1

    shop.live(20)

    assert (stands(shop).state, shop.report()["sent"]) == ("done", 60)
    moves = [move.state for move in shop.messages.items["c.spring"].moves]
    assert (moves.count("stalled"), moves[-1]) == (1, "done")


def test_while_the_account_may_not_send_that_is_told_and_no_campaign_is_stalled(shop, caplog):
    """A4, A16."""
    shop.mailer.before = raising(PAUSED_ACCOUNT)
    shop.launch()
    shop.live(40)
    assert stands(shop).state != "stalled"
    assert stands(shop).reason
    assert alerts(caplog) == []

    recover(shop)
    shop.live(60)

    assert (stands(shop).state, shop.report()["sent"]) == ("done", 60)


def test_one_of_which_something_moves_again_is_sending_again(shop):
    """A16."""
    shop.launch()
    stand_still(shop)
    shop.clock.advance(MINUTE)
    shop.send(next(iter(shop.batches.items.values())))

    run_campaigns(shop.app)

    assert (stands(shop).state, stands(shop).reason) == ("sending", "it moves again")


def test_operators_hear_of_one_campaign_once_an_hour(shop, caplog):
    """A16."""
    shop.launch()
    for _ in range(6):  # it stalls every twenty minutes
        shop.messages.beat("c.spring", shop.clock.now())
        run_campaigns(shop.app)
        shop.clock.advance(20 * MINUTE)
        run_campaigns(shop.app)
        shop.clock.advance(MINUTE)

    stalls = [move for move in shop.messages.items["c.spring"].moves if move.state == "stalled"]
    assert len(stalls) >= 4
    assert 1 <= len(alerts(caplog)) <= 2


def test_a_stalled_campaign_can_be_resumed_by_hand(shop):
    shop.launch()
    stand_still(shop)
    assert stands(shop).state == "stalled"

    move_campaign(shop.app, "spring", "sending")
    shop.live(3)

    assert shop.report()["sent"] == 60


def test_an_audience_that_nobody_plans_is_a_stall_and_is_planned_all_the_same(shop):
    """A16: the planner's queue did not deliver."""
    shop.campaign()
    launch_campaign(shop.app, "spring")
    shop.queue.take("plan")
    stand_still(shop)
    assert "although the audience is not planned" in stands(shop).reason

    shop.live(5)

    assert (stands(shop).state, shop.report()["sent"]) == ("done", 60)


@pytest.mark.parametrize("fields", [{"send_at": "2026-11-24T09:00:00Z"}, {"local_time": "23:00"}])
def test_a_campaign_whose_time_has_not_come_is_not_stalled(shop, fields, caplog):
    shop.launch(**fields)
    shop.live(10, HOUR)

    assert stands(shop).state in {"scheduled", "sending"}
    assert alerts(caplog) == []


@pytest.mark.parametrize("fields", [{"send_at": "2026-11-24T09:00:00Z"}, {"repeat": {"every": "day"}}])
def test_what_was_held_up_by_the_clock_itself_is_no_stall(shop, fields, caplog):
    """A13, A16: an outage of the scheduler, or a clock that jumps: it is on its way with the first tick."""
    if "repeat" in fields:
        shop.campaign(**fields, local_time="09:00")
        launch_campaign(shop.app, "spring")
    else:
        shop.launch(**fields)
    shop.clock.advance(48 * HOUR)

    shop.live(3)

    assert shop.report()["sent"] == 60
    assert alerts(caplog) == []
    assert [move.state for message in shop.messages.items.values() for move in message.moves].count("stalled") == 0


def test_a_slow_campaign_is_not_stalled(shop, caplog):
    """A15: what is due for long may be waiting for its turn."""
    shop.launch()
    batches = list(shop.batches.items.values())
    for batch in batches:
        shop.clock.advance(12 * MINUTE)
        shop.send(batch)
        run_campaigns(shop.app)

    assert alerts(caplog) == []


def test_it_is_done_when_nobody_is_pending_and_stays_so(shop):
    shop.launch()
    shop.live(5)

    assert shop.messages.items["c.spring"].state == "done"
    assert shop.app.catalog.list("live-campaign") == []
    before = dict(shop.messages.items)
    shop.live(5)
    assert shop.messages.items == before


def test_a_campaign_for_nobody_is_done():
    shop = open_shop()
    shop.launch()
    shop.live(3)

    assert (stands(shop).state, shop.report()["planned"]) == ("done", 0)


def test_nothing_leaves_in_the_undo_window_and_whoever_cancels_in_it_is_told_so(shop):
    shop.campaign()
    launch_campaign(shop.app, "spring", undo=timedelta(seconds=30))
    shop.plan()
    shop.send()
    shop.clock.advance(timedelta(seconds=29))
    shop.send()
    assert (shop.mailer.accepted, stands(shop).state) == ([], "scheduled")
    assert "can be undone until 2026-11-22 12:00:30 UTC" in stands(shop).reason

    move_campaign(shop.app, "spring", "cancelled")
    shop.live(5)

    assert (stands(shop).state, stands(shop).reason) == ("cancelled", UNDONE)
    assert (shop.mailer.accepted, shop.report()["skipped"]) == ([], {"cancelled": 60})


def test_after_the_undo_window_everything_leaves(shop):
    shop.campaign()
    launch_campaign(shop.app, "spring", undo=timedelta(seconds=30))
    shop.live(5)

    assert shop.report()["sent"] == 60


def test_a_cancellation_after_the_window_does_not_say_that_nobody_was_mailed(shop):
    shop.campaign()
    launch_campaign(shop.app, "spring", undo=timedelta(seconds=30))
    shop.plan()
    shop.clock.advance(timedelta(seconds=30))
    move_campaign(shop.app, "spring", "cancelled")

    assert stands(shop).reason == "by hand"
