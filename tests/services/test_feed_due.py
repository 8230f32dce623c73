"""What is due is queued once, by one of several feeders, and again only where nothing has moved."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.services.feed_due import AGAIN_AFTER, AGAIN_WHILE_PAUSED, MOST_AT_ONCE, feed_due
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import move_campaign
from tests.services.sending import open_shop


@pytest.fixture
def shop():
    shop = open_shop()
    shop.people(120)
    return shop


def queued(shop):
    return [
        (queue, body["message_id"], body["batch_id"]) for queue, sent in shop.queue.sent.items() for body, _ in sent
    ]


def test_a_message_goes_to_the_planner_and_its_batches_to_the_senders_of_its_stream(shop):
    shop.campaign()
    launch_campaign(shop.app, "spring")
    assert queued(shop) == [("plan", "c.spring", None)]

    shop.plan()

    assert sorted(queued(shop)) == sorted(("marketing", *key) for key in shop.batches.items)
    assert {body["v"] for body, _ in shop.queue.sent["marketing"]} == {1}


def test_what_was_fed_is_fed_again_only_after_some_minutes(shop):
    """A16."""
    shop.launch()
    shop.queue.sent.clear()
    assert feed_due(shop.app) == 0

    shop.clock.advance(AGAIN_AFTER)

    assert feed_due(shop.app) == 3
    assert len(queued(shop)) == 3


def test_of_feeders_that_race_each_batch_is_fed_by_one(shop):
    shop.launch()
    shop.queue.sent.clear()
    shop.clock.advance(AGAIN_AFTER)

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(lambda _: feed_due(shop.app), range(5))) == 3

    assert len(set(queued(shop))) == len(queued(shop)) == 3


def test_what_is_not_due_yet_is_not_fed(shop):
    shop.campaign(send_at="2026-11-22T13:00:00Z")
    launch_campaign(shop.app, "spring")
    shop.plan()
    assert "marketing" not in shop.queue.sent

    shop.clock.advance(timedelta(hours=1))

    assert feed_due(shop.app) == 3


def test_what_is_paused_is_put_off_and_not_fed(shop):
    """A9."""
    shop.launch()
    shop.queue.sent.clear()
    move_campaign(shop.app, "spring", "paused")
    shop.clock.advance(AGAIN_AFTER)

    assert feed_due(shop.app) == 0

    assert queued(shop) == []
    assert set(shop.due.at.values()) == {shop.clock.now() + AGAIN_WHILE_PAUSED}


def test_a_queue_that_fails_loses_nothing(shop):
    """A2: the tables are the truth."""
    shop.launch()
    shop.clock.advance(AGAIN_AFTER)
    shop.once(shop.queue, "send", lambda: (_ for _ in ()).throw(ConnectionError))
    with pytest.raises(ConnectionError):
        feed_due(shop.app)

    shop.run()

    assert shop.report()["sent"] == 120


def test_a_batch_whose_message_is_gone_feeds_nobody(shop):
    shop.launch()
    shop.messages.items.clear()
    shop.queue.sent.clear()
    shop.clock.advance(AGAIN_AFTER)

    assert feed_due(shop.app) == 0
    assert queued(shop) == []


def test_a_run_takes_so_much_at_once_and_the_next_one_goes_on(shop, monkeypatch):
    assert MOST_AT_ONCE == 500
    monkeypatch.setattr("chalicelib.services.feed_due.MOST_AT_ONCE", 2)
    shop.launch()
    shop.queue.sent.clear()
    shop.clock.advance(AGAIN_AFTER)

    assert [feed_due(shop.app) for _ in range(3)] == [2, 1, 0]
