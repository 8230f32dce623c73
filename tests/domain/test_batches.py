"""How people become batches: everyone in exactly one, the same ones on a repeat; and how the later ones move on."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.batches import BATCH_SIZE, batch_id, batches_of_deferred, deferred_rows, group_into_batches
from chalicelib.domain.messages import Batch, Message, Row

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MESSAGE = Message(
    id="c.spring", source="campaign", name="spring", once_key="c.spring", template="t", versions={}, created_at=NOW
)


def names(count):
    return [f"p{number:03}" for number in range(count)]


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (50, [50]), (51, [50, 1]), (120, [50, 50, 20])])
def test_a_batch_holds_fifty_people_at_most(count, sizes):
    batches = group_into_batches(MESSAGE, 0, [(name, NOW) for name in names(count)])

    assert [len(batch.people) for batch in batches] == sizes
    assert [name for batch in batches for name in batch.people] == names(count)


def test_people_are_grouped_by_when_they_are_due():
    berlin = NOW.astimezone(ZoneInfo("Europe/Berlin"))  # the same instant, written in another zone
    batches = group_into_batches(MESSAGE, 0, [("ann", NOW + HOUR), ("bo", NOW), ("cy", berlin)])

    assert [(batch.due_at, batch.people) for batch in batches] == [(NOW, ("bo", "cy")), (NOW + HOUR, ("ann",))]
    assert {batch.stream for batch in batches} == {"marketing"}


def test_pages_and_messages_have_batches_of_their_own():
    def ids(page, message=MESSAGE):
        return {batch.id for batch in group_into_batches(message, page, [(name, NOW) for name in names(60)])}

    assert len(ids(0) | ids(1)) == 4
    assert ids(0) == ids(0)


def test_an_id_is_made_of_the_facts():
    assert batch_id("a", 1) == "df4504ce92500fe8" == batch_id("a", "1")
    assert batch_id("a", 2) != batch_id("a", 1)


plans = st.lists(
    st.lists(
        st.tuples(st.text("abc", min_size=1, max_size=3), st.integers(0, 3)), max_size=160, unique_by=lambda p: p[0]
    ),
    max_size=3,
)


@given(plans)
def test_everyone_is_in_exactly_one_batch_and_a_repeat_finds_the_same(pages):
    """A13."""
    frozen = [[(f"{page}{who}", NOW + hours * HOUR) for who, hours in people] for page, people in enumerate(pages)]

    batches = [batch for page, people in enumerate(frozen) for batch in group_into_batches(MESSAGE, page, people)]

    placed = [(person, batch.due_at) for batch in batches for person in batch.people]
    assert sorted(placed) == sorted(pair for people in frozen for pair in people)
    assert all(1 <= len(batch.people) <= BATCH_SIZE for batch in batches)
    assert len({batch.id for batch in batches}) == len(batches)
    assert batches == [
        batch for page, people in enumerate(frozen) for batch in group_into_batches(MESSAGE, page, people)
    ]


HELD = Batch(message_id="c.spring", id="b1", people=("ann", "bo", "cy"), due_at=NOW, stream="transactional")


def test_whoever_is_due_later_goes_to_a_batch_for_that_instant():
    rows = deferred_rows(
        HELD, [("ann", NOW + HOUR, "ramp"), ("bo", NOW + 2 * HOUR, ""), ("cy", NOW + HOUR, "ramp")], NOW
    )

    later = batches_of_deferred(HELD, rows)

    assert [(batch.people, batch.due_at, batch.stream) for batch in later] == [
        (("ann", "cy"), NOW + HOUR, "transactional"),
        (("bo",), NOW + 2 * HOUR, "transactional"),
    ]
    assert {row.customer_id: row.deferred_to for row in rows} == {
        "ann": later[0].id,
        "cy": later[0].id,
        "bo": later[1].id,
    }
    assert {(row.status, row.batch_id) for row in rows} == {("deferred", "b1")}
    assert {row.customer_id: row.waits_for for row in rows} == {"ann": "ramp", "bo": "", "cy": "ramp"}
    assert [batch.waits_for for batch in later] == ["ramp", ""]


def test_people_who_wait_for_different_things_until_one_instant_are_in_batches_of_their_own():
    rows = deferred_rows(HELD, [("ann", NOW + HOUR, "ramp"), ("bo", NOW + HOUR, "quiet_hours")], NOW)

    assert {(one.people, one.waits_for) for one in batches_of_deferred(HELD, rows)} == {
        (("ann",), "ramp"),
        (("bo",), "quiet_hours"),
    }


def test_rows_of_another_kind_make_no_batch():
    sent = Row(message_id="c.spring", batch_id="b1", customer_id="ann", status="sent", at=NOW)

    assert batches_of_deferred(HELD, [sent]) == []


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 4), max_size=30), st.data())
def test_a_sender_that_died_among_the_rows_hands_nobody_to_two_batches(waiting, data):
    """A2: what stands was written by the first attempt; the second one decides about the rest."""
    people = [(person, NOW + hours * HOUR, "") for person, hours in waiting.items()]
    written = data.draw(st.lists(st.sampled_from(people), unique=True) if people else st.just([]))
    done = {person for person, _, _ in written}
    first = [row for row in deferred_rows(HELD, people, NOW) if row.customer_id in done]

    rest = [waiter for waiter in people if waiter[0] not in done]
    second = deferred_rows(HELD, rest, NOW)
    batches = batches_of_deferred(HELD, first) + batches_of_deferred(HELD, second)

    assert sorted((person, batch.due_at, "") for batch in batches for person in batch.people) == sorted(people)
    assert len({batch.id for batch in batches}) == len(batches)
