"""What is told of an order: in any sequence, any number of times, the same."""

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.order_changes import (
    MAX_REFUNDS,
    OrderChanges,
    apply_changes,
    events_of,
    furthest,
    with_cancel,
    with_refund,
    with_status,
)
from chalicelib.domain.orders import FULFILMENTS, Order, OrderLine
from chalicelib.domain.refunds import Refund
from chalicelib.errors import Conflict, IdempotencyMismatch

START = datetime(2026, 3, 1, tzinfo=UTC)
NOTHING = OrderChanges(order_id="1")
ORDER = Order(
    order_id="1",
    customer_id="ann",
    placed_at=START,
    currency="GBP",
    lines=(OrderLine(sku="tea", quantity=3, unit_price=500),),
)


def hours(number: int) -> datetime:
    return START + timedelta(hours=number)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], ""),
        (["placed"], "placed"),
        (["shipped", "paid"], "shipped"),
        (["delivered", "shipped", "placed"], "delivered"),
        (["", "packed", "ready"], "ready"),
    ],
)
def test_the_furthest_step_holds_however_late_another_is_told(told, expected):
    """Invariant 10."""
    assert furthest(*told) == expected


def test_a_cancelled_order_shows_no_other_status():
    told = with_status(with_cancel(NOTHING, hours(2)), "shipped", hours(1))

    assert told.status == "cancelled"
    assert apply_changes(ORDER, told).shown_status == "cancelled"


def test_a_refund_of_the_same_id_with_another_content_is_refused():
    told = with_refund(NOTHING, Refund(refund_id="r", at=hours(1), amount=500))

    with pytest.raises(IdempotencyMismatch, match="Refund 'r' of order '1' refunds something else"):
        with_refund(told, Refund(refund_id="r", at=hours(1), amount=501))


def test_there_is_a_limit_of_refunds():
    told = NOTHING
    for number in range(MAX_REFUNDS):
        told = with_refund(told, Refund(refund_id=str(number), at=hours(1), amount=1))

    assert with_refund(told, Refund(refund_id="7", at=hours(1), amount=1)) == told
    with pytest.raises(Conflict, match="has 100 refunds, the limit"):
        with_refund(told, Refund(refund_id="one more", at=hours(1), amount=1))


def test_each_thing_that_was_told_is_an_event_of_its_own():
    told = with_cancel(with_status(NOTHING, "paid", hours(1)), hours(3))
    told = with_refund(told, Refund(refund_id="r", at=hours(4)))

    assert [(event.event_id, event.name, event.at, event.properties) for event in events_of(told, "ann")] == [
        ("order-status:1:paid", "order-status", hours(1), {"order_id": "1", "status": "paid"}),
        ("order-status:1:cancelled", "order-status", hours(3), {"order_id": "1", "status": "cancelled"}),
        ("order-refunded:1:r", "order-refunded", hours(4), {"order_id": "1", "refund_id": "r"}),
    ]


stories = st.lists(
    st.one_of(
        st.builds(lambda at: lambda told: with_cancel(told, hours(at)), st.integers(0, 5)),
        st.builds(
            lambda step, at: lambda told: with_status(told, step, hours(at)),
            st.sampled_from(FULFILMENTS),
            st.integers(0, 5),
        ),
        st.builds(
            lambda name, at: lambda told: with_refund(told, Refund(refund_id=name, at=hours(at), units={name: 1})),
            st.sampled_from("ab"),
            st.integers(0, 5),
        ),
    ),
    max_size=8,
)


@given(story=stories, data=st.data())
def test_any_sequence_and_repetition_ends_the_same(story, data):
    """E11."""
    told = reduce(lambda changes, tell: tell(changes), story, NOTHING)
    again = data.draw(st.permutations(story + (data.draw(st.lists(st.sampled_from(story))) if story else [])))
    other = reduce(lambda changes, tell: tell(changes), again, NOTHING)
    half = reduce(lambda changes, tell: tell(changes), story[: len(story) // 2], NOTHING)

    assert other == told
    assert apply_changes(apply_changes(ORDER, half), told) == apply_changes(ORDER, told)
