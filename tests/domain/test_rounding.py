"""F12: a quotient of nothing is None; money is rounded once, halves away from zero."""

import pytest

from chalicelib.domain.rounding import money_quotient, percent, quotient


@pytest.mark.parametrize(
    ("dividend", "divisor", "expected"),
    [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (5, 3, 2), (0, 7, 0), (7, 0, None), (10**24 + 1, 2, 5 * 10**23 + 1)],
)
def test_money_is_rounded_to_whole_minor_units(dividend, divisor, expected):
    assert money_quotient(dividend, divisor) == expected


@pytest.mark.parametrize(("dividend", "divisor", "expected"), [(1, 3, 0.3333), (2, 3, 0.6667), (1, 0, None)])
def test_a_rate_has_four_digits(dividend, divisor, expected):
    assert quotient(dividend, divisor) == expected


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 3, 33.33), (3, 3, 100.0), (0, 3, 0.0), (0, 0, None)])
def test_per_cent_has_two_digits(part, whole, expected):
    assert percent(part, whole) == expected
