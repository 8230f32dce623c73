"""The contract of ports.Pace, run over the memory fake and over the Sends table on MiniStack."""

from datetime import datetime, timedelta
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.pace import LONGEST_WAIT, take
from tests.storage.sending_cases import NOW, SECOND, at_once, in_memory


def worst_second(slots: list[datetime]) -> int:
    """The most slots that lie in any one second, wherever it begins."""
    return max((sum(1 for other in slots if start <= other < start + SECOND) for start in slots), default=0)


def test_slots_lie_evenly_from_now_on(stores):
    assert stores.pace.take(3, 4.0, NOW) == [NOW + n * SECOND / 4 for n in range(3)]

    assert stores.pace.take(2, 4.0, NOW) == [NOW + n * SECOND / 4 for n in (3, 4)]


def test_what_nobody_took_in_the_past_is_lost(stores):
    stores.pace.take(1, 10.0, NOW)

    assert stores.pace.take(2, 10.0, NOW + 60 * SECOND) == [NOW + 60 * SECOND, NOW + 60.1 * SECOND]


def test_nobody_waits_longer_than_five_seconds_for_a_slot(stores):
    slots = stores.pace.take(1000, 10.0, NOW)

    assert slots == [NOW + n * SECOND / 10 for n in range(51)]
    assert slots[-1] == NOW + LONGEST_WAIT
    assert stores.pace.take(1, 10.0, NOW) == []
    assert stores.pace.take(9, 10.0, NOW + SECOND / 5) == [NOW + 5.1 * SECOND, NOW + 5.2 * SECOND]


def test_taking_none_takes_none(stores):
    assert stores.pace.take(0, 10.0, NOW) == []

    assert stores.pace.take(1, 10.0, NOW) == [NOW]


def test_eight_senders_at_once_never_pass_the_rate_in_any_second(stores):
    """A15: 14 mails a second."""
    won = [slot for slots in at_once(lambda _: stores.pace.take(9, 14.0, NOW), range(8)) for slot in slots]

    assert len(set(won)) == len(won) > 14
    assert worst_second(won) == 14
    assert max(won) <= NOW + LONGEST_WAIT


@pytest.mark.parametrize("rate", [1, 3, 7, 14, 28.5, 50, 333, 0.3])
def test_gaps_that_do_not_divide_a_second_never_let_one_more_in(rate):
    """A15: three gaps of 0.333333 s are less than a second."""
    slots, _ = take(None, NOW, 700, float(rate))

    assert worst_second(slots) <= ceil(rate)


@settings(deadline=None)
@given(
    rate=st.integers(1, 200),
    lots=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3_000_000)), max_size=12),
)
def test_no_sliding_second_passes_the_rate(rate, lots):
    pace, now, won = in_memory().pace, NOW, []
    for count, later in lots:
        now += timedelta(microseconds=later)
        slots = pace.take(count, float(rate), now)
        assert all(now <= slot <= now + LONGEST_WAIT for slot in slots)
        won += slots

    assert worst_second(won) <= rate
    assert won == sorted(set(won))
