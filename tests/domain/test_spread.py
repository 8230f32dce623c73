"""The distribution of a shop: bounded, mergeable, with quintiles and shares that equal a sort of all customers."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.spread import Spread, coarse, quintile_cuts, score, share_limits, spread_from_fields

START = datetime(2026, 1, 1, tzinfo=UTC)


def buyer(orders: int, spent: int, day: int = 0, *categories: str) -> Customer:
    last = START + timedelta(days=day) if orders else None
    stats = Statistics(
        orders=orders, receipts=orders, spent=spent, last_order_at=last, categories=dict.fromkeys(categories, 1)
    )
    return Customer(id="ann", stats=stats)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (-7, 0), (7, 7), (999, 999), (1000, 1000), (1234, 1230), (9999, 9990), (123_456, 123_000)],
)
def test_three_digits_are_kept_and_rounded_down(value, expected):
    assert coarse(value) == expected


@pytest.mark.parametrize(
    ("values", "cuts", "scores"),
    [
        pytest.param([], (), {}, id="nobody"),
        pytest.param([7], (7, 7, 7, 7), {7: 1, 8: 5}, id="one alone is in the lowest"),
        pytest.param([1, 2, 3, 4, 5], (1, 2, 3, 4), {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}, id="five of five"),
        pytest.param([1, 1, 1, 1, 9], (1, 1, 1, 1), {1: 1, 9: 5}, id="most are equal: no 2, 3, 4"),
        pytest.param([1, 1, 1, 2, 3], (1, 1, 1, 2), {1: 1, 2: 4, 3: 5}, id="equal values, equal scores"),
        pytest.param(list(range(10)), (1, 3, 5, 7), {0: 1, 1: 1, 2: 2, 9: 5}, id="two each"),
    ],
)
def test_quintiles(values, cuts, scores):
    counts = {value: values.count(value) for value in values}

    assert quintile_cuts(counts) == cuts
    assert {value: score(value, cuts) for value in scores} == scores


@pytest.mark.parametrize(
    ("spent", "limits"),
    [
        pytest.param({}, (), id="nobody"),
        pytest.param({0: 0}, (), id="nothing was spent"),
        pytest.param({100: 100}, (100, 100), id="one has it all"),
        pytest.param({80: 80, 15: 15, 5: 5}, (80, 15), id="to the penny"),
        pytest.param({79: 79, 16: 16, 5: 5}, (16, 16), id="who crosses the line is within"),
        pytest.param({10: 100}, (10, 10), id="equals stay together"),
    ],
)
def test_limits_of_shares(spent, limits):
    assert share_limits(spent, (80, 95)) == limits


def test_who_never_bought_is_not_counted():
    spread = Spread()
    spread.add(Customer(id="bob"))

    assert spread == Spread(customers=1)


def test_what_was_taken_back_below_nothing_counts_as_nothing():
    spread = Spread()
    spread.add(buyer(1, -50))

    assert (dict(spread.money), dict(spread.spent), spread.buyers) == ({0: 1}, {0: 0}, 1)


buyers = st.lists(
    st.builds(buyer, st.integers(0, 5000), st.integers(0, 10**9), st.integers(0, 400), st.sampled_from("ab")),
    max_size=30,
)


@given(customers=buyers, cut=st.integers(0, 30))
def test_parts_add_up_to_the_whole_also_over_a_file(customers, cut):
    whole, first, second = Spread(), Spread(), Spread()
    for place, customer in enumerate(customers):
        whole.add(customer)
        (first if place < cut else second).add(customer)

    merged = spread_from_fields(json.loads(json.dumps(first.to_fields())))
    merged.merge(second)

    assert merged == whole


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_cuts_split_as_a_sort_of_all_values_does(values):
    cuts = quintile_cuts({value: values.count(value) for value in values})

    ranked = sorted(values)
    assert list(cuts) == [ranked[-(-fifth * len(values) // 5) - 1] for fifth in (1, 2, 3, 4)]


@given(st.lists(st.integers(0, 999), min_size=1, max_size=40), st.sampled_from([(80.0, 95.0), (50.0, 60.0)]))
def test_each_class_is_as_small_as_its_share_allows(values, shares):
    limits = share_limits({value: value * values.count(value) for value in values}, shares)

    for limit, share in zip(limits, shares, strict=False):
        above = sum(value for value in values if value > limit)
        within = sum(value for value in values if value >= limit)
        assert above < share * sum(values) / 100 <= within
