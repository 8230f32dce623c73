"""What a customer likes: older money counts for less, and the ranking does not depend on the day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.tastes import HALF_LIFE, favourites, weights

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_half_life_is_half_a_year():
    assert timedelta(days=180) == HALF_LIFE


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        pytest.param([], {}, id="no order"),
        pytest.param([(0, {"Tea": 100})], {"Tea": 100}, id="one order counts in full, whenever it was"),
        pytest.param([(180, {"Tea": 100}), (0, {"Pots": 60})], {"Pots": 60, "Tea": 50}, id="one half-life"),
        pytest.param([(360, {"Tea": 100}), (0, {"Tea": 60})], {"Tea": 85}, id="two half-lives"),
        pytest.param([(1, {"Tea": 0}), (0, {"Pots": -5, "Cups": 1})], {"Cups": 1}, id="nothing and less weigh nothing"),
        pytest.param([(9000, {"Tea": 100}), (0, {})], {}, id="so long ago that nothing is left"),
    ],
)
def test_money_is_halved_with_each_half_life(orders, expected):
    assert weights((NOW - timedelta(days=ago), names) for ago, names in orders) == expected


def test_favourites_are_ranked_by_weight_then_name():
    assert favourites({"b": 5, "a": 5, "c": 9, "d": 1}) == ("c", "a", "b")
    assert favourites({"b": 5, "a": 5}, 1) == ("a",)
    assert favourites({"a": 0}) == ()
    assert favourites({}) == ()


orders = st.lists(
    st.tuples(st.integers(0, 2000), st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10**7), max_size=4)),
    max_size=8,
)


@given(orders=orders, data=st.data())
def test_the_sequence_of_orders_does_not_matter(orders, data):
    timed = [(NOW - timedelta(days=ago), names) for ago, names in orders]

    assert weights(data.draw(st.permutations(timed))) == weights(timed)


@given(orders=orders)
def test_no_weight_exceeds_the_money(orders):
    found = weights((NOW - timedelta(days=ago), names) for ago, names in orders)

    for name, weight in found.items():
        assert 0 < weight <= sum(names.get(name, 0) for _, names in orders)
