"""Intervals of shares: exact published cases, and what holds of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.intervals import Share, difference, verdict, wilson

shares = st.integers(0, 5000).flatmap(lambda of: st.builds(Share, st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("did", "of", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17(8), 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_one_share_is_the_published_one(did, of, low, high):
    assert wilson(Share(did, of)) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17(8), 873-890, table II, method 10, cases (a), (b), (e), (g), (h).
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(one, other, low, high):
    found = difference(Share(*one), Share(*other))

    assert found == pytest.approx((low, high), abs=5e-5)


@given(shares)
def test_the_rate_lies_in_its_interval_and_the_interval_between_0_and_1(share):
    low, high = wilson(share)

    assert 0 <= low <= high <= 1
    assert not share.of or low <= share.rate <= high


@given(shares, shares)
def test_a_difference_turned_round_is_the_same_with_the_other_sign(one, other):
    low, high = difference(one, other)

    assert -1 <= low <= one.rate - other.rate <= high <= 1
    assert difference(other, one) == pytest.approx((-high, -low))
    turned = {"better": "worse", "worse": "better", "cannot_tell": "cannot_tell"}
    assert verdict(other, one) == turned[verdict(one, other)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 0), (0, 0), "cannot_tell"),
        ((1, 2), (0, 2), "cannot_tell"),
        ((120, 1000), (80, 1000), "better"),
        ((80, 1000), (120, 1000), "worse"),
        ((85, 1000), (80, 1000), "cannot_tell"),
        ((5, 5), (0, 0), "cannot_tell"),
    ],
)
def test_a_verdict_needs_more_than_chance(one, other, expected):
    """F12."""
    assert verdict(Share(*one), Share(*other)) == expected


@pytest.mark.parametrize(("did", "of"), [(-1, 3), (4, 3), (1, 0)])
def test_a_share_of_more_than_all_is_refused(did, of):
    with pytest.raises(ValueError, match="need 0 <= did <= of"):
        Share(did, of)
