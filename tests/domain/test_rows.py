"""How a row moves forward, and that what became of everyone always adds up."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.messages import Batch, Row
from chalicelib.domain.rows import Tally, forward

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def row(status="sent", person="ann", minutes=0, **more):
    at = NOW + minutes * MINUTE
    return Row(message_id="c.spring", batch_id="b1", customer_id=person, status=status, at=at, **more)


def test_the_first_fact_is_the_row():
    assert forward(None, row("unknown")) == row("unknown")


@pytest.mark.parametrize(
    ("status", "later", "stands"),
    [
        ("unknown", "sent", "sent"),  # A3: the event proves it
        ("unknown", "failed", "failed"),  # a refusal that came late proves it, too
        ("failed", "unknown", "failed"),
        ("sent", "unknown", "sent"),
        ("sent", "failed", "sent"),
        ("failed", "sent", "sent"),
        ("skipped", "sent", "sent"),
        ("sent", "skipped", "sent"),
        ("deferred", "skipped", "skipped"),
    ],
)
def test_a_status_only_moves_forward(status, later, stands):
    assert forward(row(status), row(later)).status == stands


def test_of_two_alike_the_earlier_one_stands_with_what_the_other_knows():
    clicked = row(minutes=9, clicked_at=NOW + 9 * MINUTE)
    ours = row(minutes=1, mailbox="m1", ses_id="ses-1", voucher="CODE")

    expected = replace(ours, clicked_at=NOW + 9 * MINUTE)
    assert forward(clicked, ours) == expected == forward(ours, clicked)


def test_the_first_click_stands():
    first, again = row(clicked_at=NOW + MINUTE), row(clicked_at=NOW + 2 * MINUTE)

    assert forward(again, first).clicked_at == NOW + MINUTE == forward(first, again).clicked_at


@pytest.mark.parametrize(
    ("kinds", "stands"),
    [(["delivered", "complained", None, "bounced"], "complained"), (["delivered", "bounced", "delayed"], "bounced")],
)
def test_a_complaint_stands_over_a_bounce_and_a_bounce_over_a_delivery(kinds, stands):
    known = row()
    for kind in kinds:
        known = forward(known, row(delivery=kind))

    assert known.delivery == stands


instants = st.none() | st.integers(0, 5).map(lambda minutes: NOW + minutes * MINUTE)
# Facts about one send: it has one mailbox, one SES id and one voucher, which only some of the facts know.
facts = st.builds(
    row,
    status=st.sampled_from(["deferred", "skipped", "failed", "unknown", "sent"]),
    minutes=st.integers(0, 5),
    reason=st.sampled_from(["", "a", "b"]),
    mailbox=st.sampled_from([None, "m1"]),
    ses_id=st.sampled_from([None, "ses-1"]),
    voucher=st.sampled_from([None, "CODE"]),
    delivery=st.sampled_from([None, "delayed", "delivered", "soft_bounced", "rejected", "bounced", "complained"]),
    clicked_at=instants,
    opened_at=instants,
    unsubscribed_at=instants,
)


@given(st.lists(facts, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_any_order_of_the_facts_gives_the_same_row(some, random):
    """A12, invariant 9."""
    shuffled = some[:]
    random.shuffle(shuffled)

    assert reduce(forward, shuffled, None) == reduce(forward, some, None)


@given(st.lists(facts, min_size=1, max_size=6), st.integers(0, 5))
def test_a_fact_that_comes_again_changes_nothing(some, again):
    """A12."""
    known = reduce(forward, some, None)

    assert forward(known, some[again % len(some)]) == known


def batch(*people, name="b1"):
    return Batch(message_id="c.spring", id=name, people=people, due_at=NOW)


def test_a_message_is_counted_from_its_rows():
    total = Tally()
    rows = [
        row(person="a", delivery="bounced"),
        row(person="b", delivery="complained", opened_at=NOW, clicked_at=NOW, unsubscribed_at=NOW),
        row("failed", "c"),
        row("unknown", "d"),
        row("skipped", "e", reason="unsubscribed"),
        row("skipped", "f", reason="unsubscribed"),
        row("deferred", "g", deferred_to="b2"),
    ]

    total.add(batch(*"abcdefgh"), {one.customer_id: one for one in rows})
    total.add(batch("g", name="b2"), {"g": row(person="g")})

    assert total == Tally(
        planned=8,
        sent=3,
        failed=1,
        unknown=1,
        pending=1,
        skipped=Counter(unsubscribed=2),
        delivered=2,
        bounced=1,
        complained=1,
        opened=1,
        clicked=1,
        unsubscribed=1,
    )


def test_a_row_of_someone_whom_the_batch_never_had_counts_for_nobody():
    """A12: an event for an unknown id."""
    total = Tally()

    total.add(batch("a"), {"stranger": row(person="stranger", clicked_at=NOW)})

    assert total == Tally(planned=1, pending=1)


def test_clicks_of_nobody_count_for_no_more_people_than_may_have_clicked():
    """Invariant 9: reports stay honest; a batch of two mails has two clickers at most."""
    total = Tally()
    rows = [row(person="a", clicked_at=NOW), row(person="b"), row("failed", "c")]

    total.add(replace(batch(*"abcd"), clicks=7), {one.customer_id: one for one in rows})

    assert (total.clicked, total.anonymous_clicks, total.sent) == (2, 7, 2)


people = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
statuses = st.sampled_from(["sent", "failed", "skipped", "unknown", "deferred"])
rows_of = st.dictionaries(st.sampled_from("abcdefghxyz"), statuses, max_size=11)


@given(st.lists(st.tuples(people, rows_of), max_size=5))
def test_everyone_planned_is_sent_failed_skipped_unknown_or_pending(batches):
    """Invariant 2, for any batches and any rows."""
    total = Tally()

    for members, found in batches:
        total.add(batch(*members), {person: row(status, person) for person, status in found.items()})

    skipped = sum(total.skipped.values())
    assert total.planned == total.sent + total.failed + skipped + total.unknown + total.pending
    assert total.delivered + total.bounced <= total.sent
