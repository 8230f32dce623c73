"""A draw is even over people, the same for each of them for ever, and different for each purpose."""

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.drawing import draw, is_held_out

PEOPLE = [f"c{number}" for number in range(4000)]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=3))
def test_a_draw_lies_between_0_and_100_and_repeats(facts):
    assert 0 <= draw(*facts) < 100
    assert draw(*facts) == draw(*facts)


def test_what_was_drawn_once_is_drawn_for_ever():
    """A change of these figures would mail people who were held out, and mix up the variants of running tests."""
    assert [round(draw("holdout", "spring", who), 3) for who in ("ann", "bob", "cyd")] == [39.939, 21.988, 43.78]


@pytest.mark.parametrize("percent", [0, 1, 10, 50])
def test_the_share_of_people_is_the_percentage(percent):
    held = [is_held_out("spring", who, percent) for who in PEOPLE]

    # Four standard deviations of a share among 4,000 people.
    assert abs(mean(held) * 100 - percent) <= 4 * (percent * (100 - percent) / len(PEOPLE)) ** 0.5


def test_more_percent_hold_out_the_same_people_and_some_more():
    some = {who for who in PEOPLE if is_held_out("spring", who, 10)}

    assert some < {who for who in PEOPLE if is_held_out("spring", who, 20)}


def test_two_campaigns_and_two_purposes_draw_apart():
    spring = [is_held_out("spring", who, 50) for who in PEOPLE]
    autumn = [is_held_out("autumn", who, 50) for who in PEOPLE]
    variant = [draw("variant", "spring", who) < 50 for who in PEOPLE]

    for other in (autumn, variant):
        assert 0.45 < mean(a == b for a, b in zip(spring, other, strict=True)) < 0.55
