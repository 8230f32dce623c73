"""Pause, resume, cancel: at most the mails in flight still go, nobody is lost, nobody is mailed twice."""

from datetime import timedelta

import pytest

from chalicelib.errors import Conflict, NotFound, StaleRevision
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import move_campaign
from tests.services.sending import open_shop


@pytest.fixture
def shop():
    shop = open_shop()
    shop.people(60)
    return shop


def state(shop):
    return shop.messages.items["c.spring"].state


def test_a_paused_campaign_sends_nothing_until_it_is_resumed(shop):
    """A9, A17."""
    shop.launch()
    move_campaign(shop.app, "spring", "paused")
    shop.run(most=40)
    assert shop.mailer.accepted == []

    resumed = move_campaign(shop.app, "spring", "sending")
    assert resumed.state == "planning"  # it goes through the planner again, which finds that all is planned
    shop.work()

    assert (state(shop), len(shop.mailer.accepted)) == ("sending", 60)


def test_paused_and_resumed_at_once_is_sent_at_once(shop):
    shop.launch()
    move_campaign(shop.app, "spring", "paused")
    move_campaign(shop.app, "spring", "sending")

    shop.work()

    assert len(shop.mailer.accepted) == 60


def test_a_move_twice_is_one_move(shop):
    """A1."""
    shop.launch()
    first = move_campaign(shop.app, "spring", "paused")

    assert move_campaign(shop.app, "spring", "paused") == first
    resumed = move_campaign(shop.app, "spring", "sending")
    assert move_campaign(shop.app, "spring", "sending") == resumed
    shop.work()
    assert move_campaign(shop.app, "spring", "sending").state == "sending"


def test_one_that_was_paused_before_its_day_does_not_leave_before_it(shop):
    """A17."""
    shop.campaign(send_at="2026-12-01T09:00:00Z", local_time="09:00")
    launch_campaign(shop.app, "spring")
    move_campaign(shop.app, "spring", "paused")
    assert shop.due.at == {}

    move_campaign(shop.app, "spring", "sending")
    shop.run(timedelta(hours=6), most=30)
    assert (shop.report()["pending"], shop.report()["state"]) == (60, "scheduled")
    shop.run(timedelta(hours=6))

    assert shop.report()["sent"] == 60


def test_a_cancelled_campaign_skips_everyone_now_also_those_who_were_due_later(shop):
    shop.launch(send_at="2027-11-22T12:00:00Z")

    move_campaign(shop.app, "spring", "cancelled")
    shop.work()

    assert (shop.report()["state"], shop.report()["skipped"], shop.report()["pending"]) == (
        "cancelled",
        {"cancelled": 60},
        0,
    )
    assert shop.due.at == {}


def test_what_was_sent_before_the_cancellation_stays_sent(shop):
    shop.launch()
    shop.send(next(iter(shop.batches.items.values())))

    move_campaign(shop.app, "spring", "cancelled")
    shop.run()

    report = shop.report()
    assert report["sent"] == len(shop.mailer.accepted) > 0
    assert report["skipped"] == {"cancelled": 60 - report["sent"]}


def test_one_that_was_cancelled_before_it_was_planned_is_for_nobody(shop):
    shop.campaign()
    launch_campaign(shop.app, "spring")
    move_campaign(shop.app, "spring", "cancelled")

    shop.run()

    assert (shop.report()["planned"], shop.due.at) == (0, {})


@pytest.mark.parametrize("to", ["paused", "sending"])
def test_a_cancelled_campaign_stays_cancelled(shop, to):
    """Invariant 10."""
    shop.launch()
    move_campaign(shop.app, "spring", "cancelled")

    with pytest.raises(Conflict, match="'spring' is cancelled; it can become"):
        move_campaign(shop.app, "spring", to)

    assert state(shop) == "cancelled"


def test_what_was_not_launched_cannot_be_moved(shop):
    shop.campaign()

    with pytest.raises(Conflict, match="was not launched"):
        move_campaign(shop.app, "spring", "paused")
    with pytest.raises(NotFound):
        move_campaign(shop.app, "winter", "paused")


def test_a_move_that_meets_another_looks_again(shop):
    shop.campaign()
    launch_campaign(shop.app, "spring")
    shop.once(shop.messages, "move", shop.plan)

    assert move_campaign(shop.app, "spring", "paused").state == "paused"


def test_a_campaign_that_never_rests_is_left_to_the_caller(shop, monkeypatch):
    shop.launch()

    def stale(*args, **named):
        raise StaleRevision("changed")

    monkeypatch.setattr(shop.messages, "move", stale)

    with pytest.raises(StaleRevision, match="changed"):
        move_campaign(shop.app, "spring", "paused")
    assert state(shop) == "sending"
