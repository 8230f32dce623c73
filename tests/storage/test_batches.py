"""The contract of ports.Batches, run over the memory fake and over the Sends table on MiniStack."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from chalicelib.domain.messages import Lease, Mark
from chalicelib.errors import StaleRevision
from tests.storage.sending_cases import MINUTE, NOW, at_once, batch, message, row

LATER = NOW + 2 * MINUTE
TICK = timedelta(microseconds=1)
NOON_TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def batches(stores):
    stores.batches.create_many([batch()])
    return stores.batches


def stored(batches):
    return batches.get("c.spring", "b1")


def test_a_batch_comes_back_as_it_was_written(stores):
    written = batch(
        "b7", people=("ann", "bøb"), due_at=NOW + TICK, stream="transactional", variant="b", waits_for="ramp"
    )

    stores.batches.create_many([written])

    assert stores.batches.get("c.spring", "b7") == written
    assert stores.batches.get("c.spring", "b8") is None
    assert list(stores.batches.of("c.spring")) == [written]
    assert list(stores.batches.of("c.sprin")) == []


def test_sixty_batches_are_written_at_once_and_writing_them_again_changes_nothing(stores):
    """A2: a planner that died writes its page again."""
    written = [batch(f"b{n:02}") for n in range(60)]
    stores.batches.create_many(written)
    leased = stores.batches.lease(written[7], "one", NOW, LATER)

    stores.batches.create_many([replace(each, people=("eve",)) for each in written] + [batch("b60")])

    found = list(stores.batches.of("c.spring"))
    assert found == [*written[:7], leased, *written[8:], batch("b60")]


def test_what_is_due_comes_the_urgent_first_then_the_oldest_and_at_most_so_many(stores):
    """A large campaign must not hide what is due after it."""
    stores.batches.create_many([batch(f"b{n:02}", due_at=NOW + n * MINUTE) for n in range(12)])
    flow = "f.birthday.2026-11-22"
    stores.batches.create_many([batch("b50", message_id=flow, due_at=NOW + 2 * MINUTE)])
    stores.batches.create_many([batch("b60", stream="transactional", due_at=NOW + 3 * MINUTE)])
    stores.messages.create(message(), NOW + 90 * timedelta(seconds=1))

    due = stores.batches.due(NOW + 3 * MINUTE, 50)

    first = [("c.spring", "b60"), ("c.spring", None), (flow, "b50")]
    assert due == first + [("c.spring", found) for found in ("b00", "b01", "b02", "b03")]
    assert stores.batches.due(NOW + 3 * MINUTE, 2) == due[:2]
    assert stores.batches.due(NOW - TICK, 50) == []


@pytest.mark.parametrize("batch_id", ["b1", None])
def test_of_eight_feeders_one_postpones_what_is_due(stores, batch_id):
    """A13: the tick runs twice at once."""
    stores.batches.create_many([batch()])
    stores.messages.create(message(), NOW)

    def postpone(_):
        if batch_id is None:
            return stores.messages.postpone("c.spring", NOW, LATER)
        return stores.batches.postpone("c.spring", batch_id, NOW, LATER)

    won = at_once(postpone, range(8))

    assert sorted(bool(one) for one in won) == [False] * 7 + [True]
    assert ("c.spring", batch_id) not in stores.batches.due(LATER - TICK, 10)
    assert ("c.spring", batch_id) in stores.batches.due(LATER, 10)


def test_what_is_not_due_yet_is_not_postponed(batches):
    assert not batches.postpone("c.spring", "b1", NOW - TICK, LATER)

    assert batches.due(NOW, 10) == [("c.spring", "b1")]


def test_what_is_unknown_or_done_is_not_postponed_and_does_not_come_to_life(batches):
    batches.finish(batches.lease(batch(), "one", NOW, LATER))

    assert not batches.postpone("c.spring", "b1", LATER, LATER + MINUTE)
    assert not batches.postpone("c.spring", "b9", LATER, LATER + MINUTE)

    assert batches.due(LATER + 9 * MINUTE, 10) == []
    assert batches.get("c.spring", "b9") is None


def test_postponing_leaves_the_batch_as_it_is(batches):
    leased = batches.lease(batch(), "one", NOW, LATER)

    assert batches.postpone("c.spring", "b1", NOW, LATER) == leased

    assert stored(batches) == leased


def test_what_was_given_up_is_revived_and_what_is_done_is_not(batches):
    batches.lease(batch(), "one", NOW, LATER)
    batches.postpone("c.spring", "b1", NOW, NOW + timedelta(days=9999))

    batches.revive("c.spring", "b1", LATER)

    assert batches.due(LATER, 10) == [("c.spring", "b1")]
    assert stored(batches).deaths == 0
    batches.finish(batches.lease(batch(), "two", LATER + MINUTE, LATER + 2 * MINUTE))
    batches.revive("c.spring", "b1", LATER)
    batches.revive("c.spring", "b9", LATER)
    assert batches.due(LATER + 9 * MINUTE, 10) == []
    assert batches.get("c.spring", "b9") is None


def test_deaths_in_a_row_are_counted_until_an_attempt_ends_well(batches):
    for number in range(1, 4):
        leased = batches.lease(batch(), f"a{number}", NOW + number * MINUTE, NOW + number * MINUTE)
        assert leased.deaths == number

    batches.hand_back(leased, LATER)

    assert (stored(batches).deaths, stored(batches).attempts) == (0, 3)


def test_a_lease_names_its_attempt_and_counts(batches):
    leased = batches.lease(batch(), "one", NOW, LATER)

    assert leased == replace(batch(), lease=Lease(attempt="one", until=LATER), attempts=1, deaths=1)
    assert stored(batches) == leased


def test_a_live_rival_is_refused_and_nothing_changes(batches):
    """A1."""
    leased = batches.lease(batch(), "one", NOW, LATER)

    assert batches.lease(batch(), "two", LATER, LATER + MINUTE) is None

    assert stored(batches) == leased


def test_an_expired_lease_is_taken_over(batches):
    """A6."""
    batches.lease(batch(), "one", NOW, LATER)

    taken = batches.lease(batch(), "two", LATER + TICK, LATER + MINUTE)

    assert taken == replace(batch(), lease=Lease(attempt="two", until=LATER + MINUTE), attempts=2, deaths=2)
    assert stored(batches) == taken


def test_a_lease_expires_at_its_instant_in_whatever_zone_it_is_written(batches):
    india = timezone(timedelta(hours=5, minutes=30))
    batches.lease(batch(), "one", NOW.astimezone(india), LATER.astimezone(india))

    assert batches.lease(batch(), "two", LATER, LATER + MINUTE) is None
    assert batches.lease(batch(), "two", LATER + TICK, LATER + MINUTE) is not None


def test_the_same_attempt_re_enters(batches):
    """A6: the answer of the lease was lost, and the client asked again."""
    batches.lease(batch(), "one", NOW, LATER)

    again = batches.lease(batch(), "one", NOW + MINUTE, LATER + MINUTE)

    assert again.lease == Lease(attempt="one", until=LATER + MINUTE)
    assert stored(batches) == again


def test_of_eight_attempts_at_once_one_leases(batches):
    """A1: the same queue message twice at once."""
    won = at_once(lambda n: batches.lease(batch(), f"a{n}", NOW, LATER), range(8))

    [leased] = [each for each in won if each is not None]
    assert stored(batches) == leased
    assert leased.attempts == 1


def test_a_batch_that_is_done_or_unknown_cannot_be_leased(batches):
    batches.finish(batches.lease(batch(), "one", NOW, LATER))
    done = stored(batches)

    assert batches.lease(batch(), "one", LATER + MINUTE, LATER + 2 * MINUTE) is None
    assert batches.lease(batch(), "two", LATER + MINUTE, LATER + 2 * MINUTE) is None
    assert batches.lease(batch("b9"), "two", NOW, LATER) is None

    assert stored(batches) == done == replace(batch(), done=True, attempts=1)
    assert batches.get("c.spring", "b9") is None


def test_the_answer_of_a_lease_carries_the_newest_mark(batches):
    """A2: whom the attempt before was handing over when it died, however old our own view of the batch is."""
    old_view = stored(batches)
    one = batches.lease(old_view, "one", NOW, LATER)
    batches.mark(one, [("ann", "m-ann")])
    batches.mark(one, [("bob", "m-bob"), ("cy", "m-cy")])

    two = batches.lease(old_view, "two", LATER + TICK, LATER + MINUTE)

    assert two.in_flight == Mark(attempt="one", people=("bob", "cy"), mailboxes=("m-bob", "m-cy"))


def test_finishing_ends_lease_mark_and_due_time(batches):
    one = batches.lease(batch(), "one", NOW, LATER)
    batches.mark(one, [("ann", "m-ann")])

    batches.finish(one)

    assert stored(batches) == replace(batch(), done=True, attempts=1)
    assert batches.due(LATER + 9 * MINUTE, 10) == []


def test_handing_back_clears_lease_and_mark_and_it_is_due_again(batches):
    one = batches.lease(batch(), "one", NOW, LATER)
    batches.mark(one, [("ann", "m-ann")])

    batches.hand_back(one, LATER)

    assert stored(batches) == replace(batch(), attempts=1)
    assert batches.due(LATER - TICK, 10) == []
    assert batches.due(LATER, 10) == [("c.spring", "b1")]
    assert batches.lease(batch(), "two", NOW, LATER).attempts == 2


STALE = {
    "mark": lambda batches, leased: batches.mark(leased, [("eve", "m-eve")]),
    "finish": lambda batches, leased: batches.finish(leased),
    "hand_back": lambda batches, leased: batches.hand_back(leased, LATER + 9 * MINUTE),
}


@pytest.mark.parametrize("write", STALE)
def test_a_stale_attempt_writes_nothing(batches, write):
    """Invariant 10: what a sender that lost its lease still writes is refused."""
    one = batches.lease(batch(), "one", NOW, LATER)
    batches.mark(batches.lease(batch(), "two", LATER + TICK, LATER + MINUTE), [("bob", "m-bob")])
    before = stored(batches)

    with pytest.raises(StaleRevision, match=r"'b1' of 'c\.spring': another attempt has taken it over"):
        STALE[write](batches, one)

    assert stored(batches) == before
    assert before.lease.attempt == before.in_flight.attempt == "two"
    assert batches.due(NOW, 10) == [("c.spring", "b1")]


@pytest.mark.parametrize("write", STALE)
def test_an_attempt_that_gave_its_lease_up_writes_nothing(batches, write):
    one = batches.lease(batch(), "one", NOW, LATER)
    batches.hand_back(one, NOW)
    before = stored(batches)

    with pytest.raises(StaleRevision):
        STALE[write](batches, one)

    assert stored(batches) == before == replace(batch(), attempts=1)
    assert batches.due(NOW, 10) == [("c.spring", "b1")]


def test_clicks_of_nobody_are_counted_beside_a_lease(batches):
    leased = batches.lease(stored(batches), "one", NOW, LATER)

    at_once(lambda _: batches.count_click("c.spring", "b1"), range(20))

    assert stored(batches) == replace(leased, clicks=20)
    batches.finish(leased)
    batches.count_click("c.spring", "b1", by_machine=True)
    assert (stored(batches).clicks, stored(batches).machine_clicks) == (20, 1)
    batches.count_click("c.spring", "no-such-batch")
    assert batches.get("c.spring", "no-such-batch") is None


def test_what_is_not_done_is_found_due_or_not(stores):
    stores.batches.create_many([batch("later", due_at=NOON_TOMORROW), batch("done"), batch("now")])
    stores.messages.create(message("c.next"), NOON_TOMORROW)
    leased = stores.batches.lease(batch("done"), "a", NOW, LATER)
    stores.batches.finish(leased)

    assert sorted(one.id for one in stores.batches.undone()) == ["later", "now"]
    assert stores.batches.to_plan() == ["c.next"]


def test_a_person_is_renamed_in_batch_mark_and_row_at_once(stores):
    stores.batches.create_many([batch()])
    leased = stores.batches.lease(stored(stores.batches), "a", NOW, NOW + MINUTE)
    stores.batches.mark(leased, [("ann", "h1"), ("bob", "h2")])
    stores.rows.record([row("ann"), row("bob")])

    assert stores.batches.rename(stored(stores.batches), "ann", "gone", row("gone"), LATER) is True

    found = stored(stores.batches)
    assert (found.people, found.lease) == (("gone", "bob"), None)
    assert found.in_flight == Mark(attempt="a", people=("gone", "bob"), mailboxes=("h1", "h2"))
    assert sorted(stores.rows.of("c.spring", "b1")) == ["bob", "gone"]
    assert stores.rows.keys_of("ann") == []


@pytest.mark.parametrize("case", ["a living attempt", "a row that went", "people that changed", "an attempt since"])
def test_a_person_is_not_renamed_where_anything_is_in_the_way(stores, case):
    stores.batches.create_many([batch()])
    seen = stored(stores.batches)
    if case == "a living attempt":
        seen = stores.batches.lease(seen, "a", NOW, LATER + MINUTE)
    if case == "people that changed":
        stores.batches.rename(seen, "bob", "carl", None, NOW)
    if case == "an attempt since":
        stores.batches.lease(seen, "a", NOW, NOW)
    before = stored(stores.batches)
    wanted = row("gone") if case == "a row that went" else None

    assert stores.batches.rename(seen, "ann", "gone", wanted, LATER) is False

    assert stored(stores.batches) == before
    assert stores.rows.of("c.spring", "b1") == {}


def test_the_batches_after_one_are_the_rest_of_all(batches):
    batches.create_many([batch(f"b{number}") for number in range(6)])

    assert [found.id for found in batches.of("c.spring", after="b2")] == ["b3", "b4", "b5"]
    assert list(batches.of("c.spring", after="b5")) == []
    assert len(list(batches.of("c.spring", after=None))) == 6
