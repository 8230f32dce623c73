"""The contract of ports.Rows, run over the memory fake and over the Sends table on MiniStack."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.clicks import Click
from chalicelib.domain.messages import Row
from chalicelib.domain.rows import forward
from tests.storage.sending_cases import MINUTE, NOW, at_once, batch, in_memory, row

FULL = row(
    "ann",
    "sent",
    reason="answer_lost",
    at=NOW + timedelta(microseconds=7),
    mailbox="m-ann",
    ses_id="ses-1",
    voucher="CODE",
    deferred_to="b2",
    variant="b",
    waits_for="ramp",
    delivery="delivered",
    delivery_at=NOW + 4 * MINUTE,
    clicked_at=NOW + 2 * MINUTE,
    clicks=(Click(NOW + MINUTE, ":ab", "robot"), Click(NOW + 2 * MINUTE, "1:ab"), Click(NOW + 3 * MINUTE)),
    opened_at=NOW + MINUTE,
    early_opened_at=NOW,
    machine_opened_at=NOW - MINUTE,
    provider="gmail",
    unsubscribed_at=NOW + 3 * MINUTE,
)
# What becomes known of one send that was lost on the way, each by another road, in the order that is usual.
FACTS = (
    row(status="unknown", reason="answer_lost", at=NOW, mailbox="m-ann"),
    row(at=NOW + MINUTE, ses_id="ses-1"),
    row(at=NOW + 2 * MINUTE, ses_id="ses-1", delivery="delivered"),
    row(at=NOW + 4 * MINUTE, opened_at=NOW + 4 * MINUTE),
    row(at=NOW + 5 * MINUTE, clicked_at=NOW + 5 * MINUTE, clicks=(Click(NOW + 5 * MINUTE, "1:ab"),)),
    row(at=NOW + 9 * MINUTE, ses_id="ses-1", delivery="complained"),
)
FINAL = row(
    at=NOW + MINUTE,
    mailbox="m-ann",
    ses_id="ses-1",
    delivery="complained",
    opened_at=NOW + 4 * MINUTE,
    clicked_at=NOW + 5 * MINUTE,
    clicks=(Click(NOW + 5 * MINUTE, "1:ab"),),
)


@pytest.mark.parametrize("written", [FULL, row("bøb", "skipped", reason="suppressed")])
def test_a_row_comes_back_as_it_was_written(stores, written):
    stores.rows.record([written])

    assert stores.rows.get("c.spring", "b1", written.customer_id) == written
    assert stores.rows.of("c.spring", "b1") == {written.customer_id: written}


def test_many_rows_are_read_at_once_by_their_keys(stores):
    people = [row(f"p{n:03}") for n in range(120)]
    stores.rows.record(people)

    absent = ("c.spring", "b1", "nobody")
    found = stores.rows.get_many([absent, *(each.key for each in people), people[0].key])

    assert found == {each.key: each for each in people}


def test_rows_lie_below_their_batch(stores):
    stores.rows.record([row(), row(batch_id="b10"), row(message_id="c.spring-b")])

    assert stores.rows.of("c.spring", "b1") == {"ann": row()}
    assert stores.rows.of("c.spring", "b2") == {}
    assert stores.rows.get("c.spring", "b2", "ann") is None


def test_sixty_rows_are_written_at_once_and_those_that_were_there_only_move_forward(stores):
    """A6: an attempt that was killed had written some of them."""
    people = [f"p{n:02}" for n in range(60)]
    stores.rows.record([row("p07", "sent", ses_id="ses-7"), row("p31", "skipped", reason="capped")])

    stores.rows.record([row(person, "unknown", reason="answer_lost", at=NOW + MINUTE) for person in people])

    found = stores.rows.of("c.spring", "b1")
    assert sorted(found) == people
    assert found["p07"] == row("p07", "sent", ses_id="ses-7")
    assert {each.status for person, each in found.items() if person != "p07"} == {"unknown"}
    assert found["p31"] == row("p31", "unknown", reason="answer_lost", at=NOW + MINUTE)


def test_recording_again_changes_nothing(stores):
    stores.rows.record([FULL, row("bob", "failed", reason="MessageRejected: virus")])
    before = stores.rows.of("c.spring", "b1")

    stores.rows.record([FULL, row("bob", "failed", reason="MessageRejected: virus")])

    assert stores.rows.of("c.spring", "b1") == before


def test_a_merge_writes_what_was_not_there_and_answers_what_stands(stores):
    """A12: an event before our own record."""
    assert stores.rows.merge(FACTS[1]) == FACTS[1]

    assert stores.rows.get("c.spring", "b1", "ann") == FACTS[1]
    answer = stores.rows.merge(FACTS[0])
    assert answer == replace(FACTS[1], mailbox="m-ann")
    assert stores.rows.get("c.spring", "b1", "ann") == answer


@pytest.mark.parametrize("order", [FACTS, FACTS[::-1], (*FACTS[3:], *FACTS[:3]), FACTS * 2])
def test_facts_in_any_order_and_doubled_make_the_same_row(stores, order):
    """A12."""
    for fact in order:
        stores.rows.merge(fact)

    assert stores.rows.get("c.spring", "b1", "ann") == FINAL


def test_facts_make_the_same_row_in_each_of_their_720_orders():
    """A12."""
    assert {reduce(forward, order, None) for order in permutations(FACTS)} == {FINAL}


INSTANTS = st.timedeltas(timedelta(), timedelta(days=1)).map(lambda later: NOW + later)
MAYBE = st.none() | INSTANTS
CLICK = st.none() | st.builds(Click, INSTANTS, st.sampled_from(["0:aa", "1:aa"]), st.sampled_from(["", "scanner"]))


def clicked(click: Click | None) -> dict[str, Any]:
    """What a row knows that one click made."""
    return {} if click is None else {"clicks": (click,), "clicked_at": None if click.sign else click.at}


@st.composite
def facts_of_one_send(draw) -> list[Row]:
    """Rows that may be told about one send: its mailbox, SES id and voucher are always the same or missing."""

    def some(value: str) -> Any:
        return draw(st.sampled_from([None, value]))

    statuses = st.sampled_from(["deferred", "skipped", "failed", "unknown", "sent"])
    kinds = ["delayed", "delivered", "soft_bounced", "rendering_failed", "rejected", "bounced", "complained", None]
    return [
        row(
            status=draw(statuses),
            reason=draw(st.sampled_from(["", "capped", "answer_lost"])),
            at=draw(INSTANTS),
            mailbox=some("m-ann"),
            ses_id=some("ses-1"),
            voucher=some("CODE"),
            delivery=draw(st.sampled_from(kinds)),
            **clicked(draw(CLICK)),
            opened_at=draw(MAYBE),
            early_opened_at=draw(MAYBE),
            machine_opened_at=draw(MAYBE),
            unsubscribed_at=draw(MAYBE),
        )
        for _ in range(draw(st.integers(1, 6)))
    ]


@settings(deadline=None)
@given(facts=facts_of_one_send(), data=st.data())
def test_the_row_does_not_depend_on_the_order_of_its_facts(facts, data):
    """A12, invariant 9."""
    shuffled = data.draw(st.permutations(facts))
    one, other = in_memory().rows, in_memory().rows

    for fact in facts:
        one.merge(fact)
    for fact in [*shuffled, *facts]:
        other.merge(fact)

    assert one.get("c.spring", "b1", "ann") == other.get("c.spring", "b1", "ann")


def test_merges_at_once_lose_nothing(stores):
    """A12: the sender and the events of one mail, all in the same moment."""
    answers = at_once(stores.rows.merge, FACTS + FACTS[:2])

    assert stores.rows.get("c.spring", "b1", "ann") == FINAL
    assert FINAL in answers


def test_of_rows_recorded_at_once_each_is_there_once(stores):
    at_once(
        lambda status: stores.rows.record([row(f"p{n:02}", status) for n in range(30)]), ["unknown", "sent", "skipped"]
    )

    found = stores.rows.of("c.spring", "b1")
    assert len(found) == 30
    assert {each.status for each in found.values()} == {"sent"}


def test_the_keys_of_one_customer_come_by_time(stores):
    mine = [row("ann", message_id=f"c.m{n}", at=NOW + n * timedelta(microseconds=250_000)) for n in range(8)]
    stores.rows.record(mine[::2] + mine[1::2] + [row("bob", message_id="c.m1"), row("anna", message_id="c.m2")])

    assert stores.rows.keys_of("ann") == [each.key for each in mine]
    assert stores.rows.keys_of("cy") == []


def test_what_comes_later_is_added_only_to_a_row_that_is_there(stores):
    assert stores.rows.add(row(clicked_at=NOW)) is None
    assert stores.rows.of("c.spring", "b1") == {}

    stores.rows.record([row()])
    assert stores.rows.add(row(clicked_at=NOW)) == row(clicked_at=NOW)
    assert stores.rows.get("c.spring", "b1", "ann") == row(clicked_at=NOW)


def test_a_row_joins_only_a_batch_that_has_the_person(stores):
    assert stores.rows.join(row()) is False
    stores.batches.create_many([batch()])

    assert stores.rows.join(row("zoe")) is False
    assert stores.rows.join(row()) is True
    assert stores.rows.join(row(clicked_at=NOW)) is False
    assert stores.rows.of("c.spring", "b1") == {"ann": row()}


def test_a_row_is_taken_away_and_the_rows_of_one_person_are_found(stores):
    stores.rows.record([row(), row("bob"), row(message_id="c.next", batch_id="b2", at=NOW - MINUTE)])

    assert stores.rows.keys_of("ann") == [("c.next", "b2", "ann"), ("c.spring", "b1", "ann")]
    stores.rows.delete(("c.spring", "b1", "ann"))
    stores.rows.delete(("c.spring", "b1", "ann"))
    assert sorted(stores.rows.of("c.spring", "b1")) == ["bob"]
