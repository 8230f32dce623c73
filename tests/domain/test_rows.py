"""How a row moves forward, and that what became of everyone always adds up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clicks import Click
from chalicelib.domain.messages import Row
from chalicelib.domain.rows import forward

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


def test_a_click_of_an_older_row_stays_a_persons_beside_newer_ones():
    """A14: rows of before the clicks had labels."""
    old, scanned = row(clicked_at=NOW + MINUTE), row(clicks=(Click(NOW, "1:ab", "scanner"),))

    merged = forward(old, scanned)

    assert merged.clicked_at == NOW + MINUTE
    assert merged.clicks == (Click(NOW, "1:ab", "scanner"), Click(NOW + MINUTE))


def test_a_click_that_turns_out_to_be_a_machines_is_no_click_of_a_person_any_more():
    """C13."""
    first, second = Click(NOW, "1:ab"), Click(NOW + timedelta(seconds=1), "2:ab")

    merged = forward(row(clicks=(first,), clicked_at=NOW), row(clicks=(second,), clicked_at=second.at))

    assert (merged.clicked_at, merged.clicks) == (None, (first, second))


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
