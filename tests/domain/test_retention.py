"""CRR = ((E - N) / S) x 100 by month and cohort; F12: a month that nobody began has none."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.months import months_of
from chalicelib.domain.retention import COVERED, CohortMonth, Period, cohorts, periods, retention_counts

JUNE = 2026 * 12 + 5


def count(*customers: list[int], until: int = JUNE, active_months: int = 3) -> Counter[str]:
    """Counts of customers, each given by the months (counted from June) in which they bought."""
    tally: Counter[str] = Counter()
    for bought in customers:
        for name, number in retention_counts(months_of((JUNE + m, 5) for m in bought), until, active_months):
            tally[name] += number
    return tally


@pytest.mark.parametrize(
    ("customers", "expected"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([[]], [], id="somebody who never bought"),
        pytest.param([[1]], [], id="an order after the last complete month"),
        pytest.param([[0]], [(0, 0, 1, 1, 1, None)], id="the first month has no S"),
        pytest.param(
            [[-3]],
            [(-3, 0, 1, 1, 1, None), (-2, 1, 1, 0, 0, 100.0), (-1, 1, 1, 0, 0, 100.0), (0, 1, 0, 0, 0, 0.0)],
            id="a customer for three months",
        ),
        pytest.param(
            [[-1], [-1], [-4, 0]],
            [
                (-4, 0, 1, 1, 1, None),
                (-3, 1, 1, 0, 0, 100.0),
                (-2, 1, 1, 0, 0, 100.0),
                (-1, 1, 2, 2, 2, 0.0),
                (0, 2, 3, 1, 0, 100.0),
            ],
            id="who comes back is gained, but not for the first time",
        ),
    ],
)
def test_retention_by_month(customers, expected):
    """F12."""
    found = periods(count(*customers), JUNE)

    assert [(p.month - JUNE, p.start, p.end, p.gained, p.first, p.crr) for p in found] == expected


def test_a_shop_that_everybody_left_is_told_up_to_the_last_month():
    found = periods(count([-3], active_months=1), JUNE)

    assert [(p.month - JUNE, p.start, p.end, p.crr) for p in found] == [
        (-3, 0, 1, None),
        (-2, 1, 0, 0.0),
        (-1, 0, 0, None),
        (0, 0, 0, None),
    ]


def test_a_month_without_any_customer_is_told_as_such():
    found = periods(count([-5], [0], active_months=1), JUNE)

    assert [(p.month - JUNE, p.start, p.end) for p in found] == [
        (-5, 0, 1),
        (-4, 1, 0),
        (-3, 0, 0),
        (-2, 0, 0),
        (-1, 0, 0),
        (0, 0, 1),
    ]
    assert found[2] == Period(month=JUNE - 3)
    assert found[2].crr is None


def test_retention_by_cohort():
    found = cohorts(count([-2, 0], [-2], [0], active_months=1), JUNE)

    assert found == [
        CohortMonth(cohort=JUNE - 2, month=JUNE - 2, size=2, active=2, bought=2),
        CohortMonth(cohort=JUNE - 2, month=JUNE - 1, size=2, active=0, bought=0),
        CohortMonth(cohort=JUNE - 2, month=JUNE, size=2, active=1, bought=1),
        CohortMonth(cohort=JUNE, month=JUNE, size=1, active=1, bought=1),
    ]
    assert [month.crr for month in found] == [100.0, 0.0, 50.0, 100.0]


def test_a_report_goes_back_two_years_and_knows_who_was_a_customer_before():
    old = [-40, -COVERED, -COVERED + 1]

    found = periods(count(old), JUNE)

    assert [(p.month - JUNE, p.start, p.gained) for p in found[:2]] == [(-COVERED + 1, 1, 0), (-COVERED + 2, 1, 0)]
    assert cohorts(count(old), JUNE) == []


bought = st.lists(st.integers(-40, 2), max_size=8)


@given(st.lists(bought, max_size=8), st.integers(1, 12))
def test_the_counts_are_consistent(customers, active_months):
    tally = count(*customers, active_months=active_months)
    found = periods(tally, JUNE)

    for before, after in zip(found, found[1:], strict=False):
        assert before.end == after.start
    for period in found:
        assert 0 <= period.end - period.gained <= period.start
        assert 0 <= period.first <= period.gained
        assert period.crr is None or 0 <= period.crr <= 100
    for month in cohorts(tally, JUNE):
        assert month.bought <= month.active <= month.size
