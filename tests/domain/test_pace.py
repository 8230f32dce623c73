"""Slots of the account's rate: never too many in any second, whoever takes them and however often."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.pace import LONGEST_WAIT, take

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def at(*seconds):
    return [NOW + timedelta(seconds=second) for second in seconds]


@pytest.mark.parametrize(
    ("next_in", "count", "rate", "slots", "after"),
    [
        (None, 3, 10.0, [0, 0.1, 0.2], 0.3),  # nobody has sent yet
        (-60, 2, 10.0, [0, 0.1], 0.2),  # a rest earns no burst
        (2, 2, 10.0, [2, 2.1], 2.2),  # behind what others have
        (5, 2, 10.0, [5], 5.1),  # the longest wait
        (5.000001, 2, 10.0, [], 5.000001),  # beyond it
        (None, 0, 10.0, [], 0),
        (None, 2, 0.5, [0, 2], 4),  # less than one a second
    ],
)
def test_slots_follow_each_other_at_the_rate(next_in, count, rate, slots, after):
    next_at = None if next_in is None else NOW + timedelta(seconds=next_in)

    assert take(next_at, NOW, count, rate) == (at(*slots), NOW + timedelta(seconds=after))


@pytest.mark.parametrize("rate", [1.0, 3.0, 7.0, 14.0, 200.0, 333.0])
def test_a_whole_second_holds_the_rate_and_no_more(rate):
    """A15. A third of a second, cut to microseconds, would let a fourth mail into it."""
    slots, _ = take(None, NOW, 10_000, rate)

    assert sum(NOW <= slot < NOW + timedelta(seconds=1) for slot in slots) == rate
    assert slots[-1] <= NOW + LONGEST_WAIT


takes = st.lists(st.tuples(st.integers(0, 2_000_000), st.integers(0, 60)), max_size=30)


@given(takes=takes, rate=st.floats(0.2, 1000))
def test_no_sliding_second_is_above_the_rate_for_any_sequence_of_takes(takes, rate):
    """A15. Each take comes some microseconds after the one before, of any sender."""
    next_at, now, given_out = None, NOW, []
    for wait, count in takes:
        now += wait * MICROSECOND
        slots, next_at = take(next_at, now, count, rate)
        assert len(slots) <= count
        assert all(now <= slot <= now + LONGEST_WAIT for slot in slots)
        given_out += slots

    assert all((later - earlier).total_seconds() >= 1 / rate - 1e-9 for earlier, later in pairwise(given_out))
    for first, slot in enumerate(given_out):
        second = [other for other in given_out[first:] if other < slot + timedelta(seconds=1)]
        assert len(second) <= max(1, rate + 1e-6) if rate == int(rate) else len(second) <= int(rate) + 1


@given(first=st.integers(0, 30), second=st.integers(0, 30))
def test_two_takes_give_what_one_gives(first, second):
    some, next_at = take(None, NOW, first, 14.0)
    more, after = take(next_at, NOW, second, 14.0)

    assert (some + more, after) == take(None, NOW, first + second, 14.0)
