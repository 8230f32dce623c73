"""One batch: at most one mail a person, whatever is repeated, raced or killed."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from chalicelib.domain.messages import Lease
from chalicelib.services.feed_due import feed_due
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.send_batch import LEAST_TIME, send_batch
from tests.services.sending import (
    BEYOND_THE_LEASE,
    BUDGET,
    DAY,
    Died,
    die,
    killed,
    open_shop,
    recover,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop():
    return open_shop()


def test_the_same_message_twice_sends_one_mail(shop):
    """A1."""
    shop.person("ann")
    shop.launch()

    for _ in range(3):
        send_batch(shop.app, "c.spring", shop.batch().id, deadline=shop.clock.real() + BUDGET)

    assert shop.mailer.recipients == ["ann@example.com"]
    assert shop.row("ann").status == "sent"
    assert (shop.batch().done, shop.batch().attempts) == (True, 1)
    assert not shop.due.at


def test_the_same_message_eight_times_at_once_sends_one_mail_each(shop):
    """A1: the losers end without a fault."""
    shop.people(50)
    shop.launch()
    barrier = Barrier(8)

    def attempt(_):
        barrier.wait()
        send_batch(shop.app, "c.spring", shop.batch().id, deadline=shop.clock.real() + BUDGET)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(8)))

    assert Counter(shop.mailer.recipients) == {f"p{number:03}@example.com": 1 for number in range(50)}
    assert (shop.batch().done, shop.batch().attempts) == (True, 1)


def test_a_live_rival_is_left_alone(shop):
    shop.person("ann")
    shop.launch()
    held = replace(shop.batch(), lease=Lease(attempt="rival", until=shop.clock.real() + MINUTE))
    shop.batches.items["c.spring", held.id] = held

    shop.send()

    assert shop.batch() == held
    assert shop.mailer.accepted == []


def test_an_attempt_that_outlives_its_lease_stops_at_its_next_mark(shop, monkeypatch):
    """Invariant 10: the rows are what it did; nobody gets two mails."""
    shop.people(12)
    shop.launch()

    def takeover():
        shop.clock.advance(BEYOND_THE_LEASE)
        shop.send()

    # While the first attempt waits for the halt check before its second mark, another one takes the batch over.
    real, calls = shop.messages.get, iter(range(100))

    def get(message_id):
        if next(calls) == 2:
            takeover()
        return real(message_id)

    monkeypatch.setattr(shop.messages, "get", get)
    shop.send()

    assert shop.batch().attempts == 2
    assert max(Counter(shop.mailer.recipients).values()) == 1
    shop.run()
    assert shop.report()["sent"] == 12


@pytest.mark.parametrize("found", ["no message", "no batch", "done", "paused"])
def test_what_is_not_to_be_sent_is_left_alone(shop, found):
    shop.person("ann")
    shop.launch()
    batch = shop.batch()
    if found == "no message":
        shop.messages.items.clear()
    elif found == "done":
        shop.batches.items["c.spring", batch.id] = replace(batch, done=True)
    elif found == "paused":
        move_campaign(shop.app, "spring", "paused")

    send_batch(shop.app, "c.spring", "other" if found == "no batch" else batch.id, deadline=shop.clock.real() + BUDGET)

    assert (shop.mailer.accepted, shop.rows.items) == ([], {})
    assert shop.batch().attempts == 0


def test_with_too_little_time_at_the_start_nothing_is_claimed(shop):
    """A6."""
    shop.person("ann")
    shop.launch()
    before = shop.box("ann")

    late = shop.clock.real() + LEAST_TIME - timedelta(microseconds=1)
    send_batch(shop.app, "c.spring", shop.batch().id, deadline=late)

    assert (shop.box("ann"), shop.batch().attempts, shop.mailer.accepted) == (before, 0, [])
    send_batch(shop.app, "c.spring", shop.batch().id, deadline=shop.clock.real() + LEAST_TIME)
    assert shop.row("ann").status == "sent"


def test_killed_after_the_claims_and_before_the_call_all_go_out_on_the_next_attempt(shop):
    """A6."""
    shop.people(3)
    shop.launch()
    killed(shop, shop.mailboxes, "claim", after=True)
    assert all(box.recent for box in shop.mailboxes.items.values())

    shop.run()

    assert shop.report()["sent"] == 3
    assert len(shop.mailer.accepted) == 3


def test_a_claim_whose_answer_was_lost_is_our_own(shop):
    """A6."""
    shop.person("ann")
    shop.launch()
    real = shop.mailboxes.claim

    def lost(*args):
        real(*args)
        shop.mailboxes.claim = real
        raise ConnectionError("no answer")

    shop.mailboxes.claim = lost
    with pytest.raises(ConnectionError):
        shop.send()
    shop.clock.advance(BEYOND_THE_LEASE)
    shop.run()

    assert shop.row("ann").status == "sent"


def test_an_address_that_changed_between_claim_and_redelivery_gets_one_mail(shop):
    """A6: the mail goes where the person is now."""
    shop.person("ann")
    shop.launch()
    killed(shop, shop.batches, "mark")
    shop.change("ann", email="new@example.com")

    shop.run()

    assert shop.mailer.recipients == ["new@example.com"]
    assert shop.row("ann").mailbox == shop.app.keyed.mailbox("new@example.com")


@pytest.mark.parametrize("after", [False, True])
def test_those_under_the_mark_of_a_dead_sender_are_unknown_and_nobody_else(shop, after):
    """A2, A3: under whatever address they have now."""
    shop.people(12)
    shop.launch()
    shop.once(shop.mailer, "send", lambda: shop.once(shop.mailer, "send", die, after=after), after=True)
    with pytest.raises(Died):
        shop.send()
    # A killed process records nothing more: take away what its `finally` wrote.
    shop.rows.items.clear()
    shop.change("p000", email="new@example.com")
    shop.clock.advance(BEYOND_THE_LEASE)

    shop.run()

    assert Counter(shop.statuses().values()) == {"unknown": 5, "sent": 7}
    assert max(Counter(shop.mailer.recipients).values()) == 1
    assert "new@example.com" not in shop.mailer.recipients
    assert shop.row("p000").mailbox == shop.app.keyed.mailbox("p000@example.com")


def test_a_mail_that_was_made_before_a_death_is_the_one_that_goes(shop):
    shop.person("ann", first_name="Ann")
    shop.launch()
    killed(shop, shop.batches, "mark")
    shop.change("ann", first_name="Annabel")

    shop.run()

    assert "Dear Ann<" in shop.mailer.accepted[0].html


def test_an_attempt_that_runs_out_of_time_hands_back_what_it_has_not_done(shop):
    shop.people(12)
    shop.launch()
    shop.mailer.after = lambda mail: shop.clock.advance(timedelta(seconds=15))

    shop.send()

    assert 0 < len(shop.mailer.accepted) < 12
    assert (shop.batch().lease, shop.batch().in_flight, shop.batch().done) == (None, None, False)
    recover(shop)
    shop.run()
    assert shop.report()["sent"] == 12 == len(set(shop.mailer.recipients)) == len(shop.mailer.accepted)


def test_whoever_moved_west_waits_for_the_local_time_in_a_batch_of_their_own(shop):
    """B1."""
    shop.people(2)
    shop.launch(local_time="12:00")
    shop.change("p001", time_zone="America/New_York")

    shop.run(timedelta(minutes=10))

    assert len(shop.batches.items) == 2
    assert shop.row("p001").at.replace(second=0, microsecond=0) >= datetime(2026, 11, 22, 16, 59, tzinfo=UTC)
    assert shop.report()["sent"] == 2 == shop.report()["planned"]


def test_whoever_moved_west_after_a_death_still_gets_the_mail(shop):
    """A6: the claim of the first attempt does not stand in the way of the later batch."""
    shop.offer()
    shop.person("ann")
    shop.launch(local_time="12:00", offer="ten-off")
    killed(shop, shop.batches, "mark")
    shop.change("ann", time_zone="America/New_York")

    shop.run(timedelta(minutes=10))

    assert shop.row("ann").status == "sent"
    assert shop.live_vouchers() == {"ann"}
    [voucher] = shop.vouchers.vouchers.values()
    assert voucher.batch_id == shop.row("ann").batch_id


def test_rows_that_were_written_without_their_batch_are_taken_over(shop):
    """A2: killed between the rows of those who wait and their batch."""
    shop.people(3)
    shop.launch(local_time="12:00")
    for name in ("p000", "p002"):
        shop.change(name, time_zone="America/New_York")
    killed(shop, shop.batches, "create_many")
    shop.rows.items.pop(("c.spring", shop.batch().id, "p002"))  # and in the middle of the rows

    shop.run(timedelta(minutes=10))

    assert shop.report()["planned"] == 3 == shop.report()["sent"] == len(shop.mailer.accepted)


def test_what_is_too_late_is_dropped_and_said_so(shop):
    """A13."""
    shop.people(2)
    shop.launch(max_lateness="2h")
    shop.clock.advance(timedelta(hours=2, seconds=1))

    shop.run()

    assert shop.mailer.accepted == []
    assert shop.report()["skipped"] == {"too_late": 2}


def test_a_year_later_nothing_is_sent_again(shop):
    shop.people(2)
    shop.launch()
    shop.run()
    shop.clock.advance(365 * DAY)

    feed_due(shop.app)
    shop.send(shop.batch())

    assert len(shop.mailer.accepted) == 2
