"""What a benefit takes off, to the last minor unit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.benefits import Benefit


@pytest.mark.parametrize(
    ("total", "percent", "discount"),
    [
        (10_000, 15, 1_500),
        (1_999, 15, 300),  # 299.85
        (1_003, 15, 150),  # 150.45
        (10, 15, 1),  # 1.5: half rounds down
        (30, 15, 4),  # 4.5: half rounds down, also beside an even number
        (50, 1, 0),  # 0.5
        (51, 1, 1),  # 0.51
        (1, 50, 0),  # 0.5
        (1, 51, 1),
        (3, 50, 1),  # 1.5
        (1, 100, 1),
        (999_999_999_999, 33, 330_000_000_000),
        (0, 15, 0),
    ],
)
def test_a_percentage_rounds_half_a_unit_down(total, percent, discount):
    assert Benefit(kind="percent", percent=percent).taken_off(total) == discount


@pytest.mark.parametrize(("total", "discount"), [(13_333, 2_000), (13_334, 2_000), (13_329, 1_999), (100_000, 2_000)])
def test_a_percentage_stops_at_its_ceiling(total, discount):
    assert Benefit(kind="percent", percent=15, ceiling=2_000).taken_off(total) == discount


@pytest.mark.parametrize(("total", "discount"), [(501, 500), (500, 500), (499, 499), (0, 0)])
def test_an_amount_is_clamped_to_what_the_goods_cost(total, discount):
    """E4."""
    assert Benefit(kind="amount", amount=500).taken_off(total) == discount


def test_free_delivery_and_a_gift_take_nothing_off_the_goods():
    assert Benefit(kind="free_delivery").taken_off(5_000) == 0
    assert Benefit(kind="gift", name="a mug").taken_off(5_000) == 0


benefits = st.builds(
    Benefit, kind=st.just("percent"), percent=st.integers(1, 100), ceiling=st.none() | st.integers(1, 10**6)
) | st.builds(Benefit, kind=st.just("amount"), amount=st.integers(1, 10**6))


@given(benefits, st.integers(0, 10**12))
def test_a_discount_is_never_negative_and_never_above_the_goods_or_the_ceiling(benefit, total):
    discount = benefit.taken_off(total)

    assert 0 <= discount <= total
    assert benefit.ceiling is None or discount <= benefit.ceiling


@given(st.integers(1, 100), st.integers(0, 10**12))
def test_a_percentage_is_within_half_a_unit_of_the_exact_value(percent, total):
    exact = Fraction(total * percent, 100)

    assert -Fraction(1, 2) <= Benefit(kind="percent", percent=percent).taken_off(total) - exact < Fraction(1, 2)
