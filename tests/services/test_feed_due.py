"""What is due is queued once, by one of several feeders, and again only where nothing has moved."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from chalicelib.domain.messages import Batch
from chalicelib.domain.quotas import WHY_ALL_WAITS
from chalicelib.services.feed_due import AGAIN_WHILE_PAUSED, MOST_AT_ONCE, feed_due
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.send_batch import send_batch
from chalicelib.services.wake_senders import AGAIN_AFTER
from tests.services.sending import BUDGET, open_shop


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
    assert MOST_AT_ONCE == 2500
    monkeypatch.setattr("chalicelib.services.feed_due.MOST_AT_ONCE", 2)
    shop.launch()
    shop.queue.sent.clear()
    shop.clock.advance(AGAIN_AFTER)

    assert [feed_due(shop.app) for _ in range(3)] == [2, 1, 0]


def test_of_a_stream_two_minutes_of_the_rate_are_queued_at_most(shop):
    """The rest stays due; the queue is topped up as it drains."""
    shop.mailer.rate = 0.5
    shop.launch()
    assert len(shop.queue.sent["marketing"]) == 2

    assert feed_due(shop.app) == 0
    shop.queue.take("marketing")

    assert feed_due(shop.app) == 1


def test_the_urgent_is_fed_although_marketing_has_its_fill(shop):
    shop.mailer.rate = 0.5
    shop.launch()
    order = replace(shop.messages.items["c.spring"], id="s.order.1", stream="transactional", state="sending")
    shop.messages.items["s.order.1"] = order
    urgent = Batch(message_id="s.order.1", id="b9", people=("p000",), due_at=shop.clock.now(), stream="transactional")
    shop.batches.create_many([urgent])

    assert feed_due(shop.app) == 1
    assert len(shop.queue.sent["transactional"]) == 1


@pytest.mark.parametrize("field", [{"allowed": False}, {"rate": 0.0}])
def test_while_the_account_may_not_send_nothing_is_fed_and_then_all_is(shop, field):
    """A4: waits without a hot loop, resumes, none is lost."""
    before = {name: getattr(shop.mailer, name) for name in field}
    for name, value in field.items():
        setattr(shop.mailer, name, value)
    shop.launch()
    assert "marketing" not in shop.queue.sent
    shop.run(most=30)
    assert (shop.report()["pending"], shop.mailer.accepted) == (120, [])
    assert (shop.report()["state"], shop.report()["state_reason"]) == ("paused", WHY_ALL_WAITS["account_paused"])

    for name, value in before.items():
        setattr(shop.mailer, name, value)
    shop.clock.advance(timedelta(minutes=1))
    shop.run()

    assert shop.report()["sent"] == 120


def test_the_quota_of_the_day_is_respected_and_the_rest_goes_the_next_day(shop):
    """A4: marketing leaves a tenth of the day to transactional mail."""
    shop.mailer.per_day = 100
    shop.launch()
    shop.run(most=60)
    assert (shop.report()["sent"], shop.report()["pending"]) == (90, 30)
    assert len(shop.mailer.accepted) == 90
    assert (shop.report()["state"], shop.report()["state_reason"]) == ("sending", WHY_ALL_WAITS["daily_quota"])

    shop.mailer.per_day = 200  # what was sent a day ago is free again
    shop.run()

    assert shop.report()["sent"] == 120 == len(set(shop.mailer.recipients))


def test_a_batch_that_kills_its_senders_is_fed_ever_more_rarely_and_at_last_no_more(shop, caplog):
    """A7, A16: and never while others are: their people get their mail."""
    shop.launch()
    poison = min(shop.batches.items)[1]
    real, attempts = shop.mailboxes.claim, []

    def claim(mailboxes, send_key):
        if any(box.recent[send_key].batch_id == poison for box in mailboxes):
            attempts.append(shop.clock.now())
            raise RuntimeError("nobody can claim these")
        return real(mailboxes, send_key)

    shop.mailboxes.claim = claim
    for _ in range(60 * 48):
        feed_due(shop.app)
        for body in shop.queue.take("marketing"):
            with suppress(RuntimeError):
                send_batch(shop.app, body["message_id"], body["batch_id"], deadline=shop.clock.real() + BUDGET)
        shop.clock.advance(timedelta(minutes=1))

    assert len(shop.mailer.accepted) == 120 - len(shop.batches.items["c.spring", poison].people)
    pauses = [later - earlier for earlier, later in pairwise(attempts)]
    assert pauses == sorted(pauses)
    assert 8 <= len(attempts) <= 16
    assert "given up" in caplog.text
    shop.mailboxes.claim = real

    move_campaign(shop.app, "spring", "paused")
    move_campaign(shop.app, "spring", "sending")
    shop.run()

    assert shop.report()["pending"] == 0
