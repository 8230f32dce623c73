"""ABC-XYZ: volume by cumulative share, regularity by the variation of months; F12: too few months are no class."""

from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.abcxyz import abc, monthly_variation, xyz
from chalicelib.domain.customers import Statistics
from chalicelib.domain.months import Months, months_of

JUNE = 2026 * 12 + 5


def spending(*spent: int | None, last: int = JUNE) -> Months:
    return Months(last=last, span=len(spent), spent=spent)


@pytest.mark.parametrize(
    ("spent", "expected"),
    [(5000, "A"), (4009, "A"), (4000, "A"), (3999, "B"), (1000, "B"), (999, "C"), (0, "C"), (-1, "C")],
)
def test_the_volume_decides_between_a_b_and_c(spent, expected):
    assert abc(Statistics(orders=1, spent=spent), (4000, 1000)) == expected


def test_no_order_and_no_limits_are_no_class():
    """F12."""
    assert abc(Statistics(), (4000, 1000)) is None
    assert abc(Statistics(orders=1, spent=5), ()) is None


@pytest.mark.parametrize(
    ("months", "until", "expected"),
    [
        pytest.param(None, JUNE, None, id="no order"),
        pytest.param(spending(100), JUNE, None, id="one month"),
        pytest.param(spending(100, 100), JUNE, None, id="two months"),
        pytest.param(spending(100, 100, 100), JUNE, 0.0, id="three alike"),
        pytest.param(spending(100, 100), JUNE + 1, 0.707107, id="a third without an order"),
        pytest.param(spending(100, None, 100, None, 5), JUNE - 1, 1.0, id="the present month is not complete"),
        pytest.param(spending(0, 0, 0), JUNE, None, id="only free gifts"),
        pytest.param(spending(50, 100, 150), JUNE, 0.408248, id="some variation"),
        pytest.param(spending(100, 100, 100, last=JUNE - 12), JUNE, None, id="nothing within a year"),
        pytest.param(spending(999, *[100] * 12), JUNE, 0.0, id="what was before the year does not count"),
        pytest.param(spending(100, last=JUNE - 11), JUNE, 3.316625, id="once in a year"),
        pytest.param(spending(100, last=JUNE + 1), JUNE, None, id="first order after the last complete month"),
    ],
)
def test_the_variation_of_monthly_spending(months, until, expected):
    """F12."""
    assert monthly_variation(months, until) == expected


@pytest.mark.parametrize(
    ("variation", "expected"),
    [(None, None), (0.0, "X"), (0.5, "X"), (0.500001, "Y"), (1.0, "Y"), (1.000001, "Z")],
)
def test_the_variation_decides_between_x_y_and_z(variation, expected):
    assert xyz(variation, 0.5, 1.0) == expected


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_it_equals_the_textbook_over_the_last_twelve_months(spent):
    months = months_of((JUNE - place, money) for place, money in enumerate(reversed(spent)))

    last = spent[-12:]
    enough = len(last) >= 3 and sum(last) > 0
    expected = pytest.approx(pstdev(last) / fmean(last), abs=1e-6) if enough else None
    assert monthly_variation(months, JUNE) == expected
