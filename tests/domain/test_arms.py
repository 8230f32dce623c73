"""What a comparison of arms can say, and when it cannot tell yet."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.arms import Arm, holdout_report, variant_arm, variants_report
from chalicelib.domain.attribution import Takings, Worth
from tests.domain.test_attribution import NOON


def arm(people, buyers, spent=1_000, *, cost=None, clicked=0, discount=0):
    """So many people, the first of whom bought for so much each."""
    found = Arm()
    for number in range(people):
        known = {} if cost is None else {"costed": spent, "cost": cost}
        bought = [Worth(order_id=str(number), at=NOON, total=spent, **known)] if number < buyers else []
        found.add(bought, Takings(discount=discount), clicked=number < clicked)
    return found


def gbp(amount):
    return {"amount": amount, "currency": "GBP"}


def test_without_a_holdout_there_is_nothing_to_compare():
    assert holdout_report({}, "GBP") is None
    assert holdout_report({"mailed": arm(10, 2)}, "GBP") is None


def test_a_clear_difference_is_told_with_its_interval():
    found = holdout_report({"mailed": arm(1_000, 200, cost=400), "holdout": arm(200, 20, cost=400)}, "GBP")

    assert found is not None
    assert found["buyers"] == {"lift": 0.1, "low": 0.045237, "high": 0.143015, "verdict": "better"}
    assert found["would_have_bought_anyway"] == {"people": 100, "low": 66, "high": 149}
    revenue = found["incremental_revenue"]
    assert (revenue["amount"], revenue["verdict"]) == (gbp(100_000), "better")
    assert 51_000 < revenue["low"]["amount"] < 52_000
    assert 148_000 < revenue["high"]["amount"] < 149_000
    assert found["incremental_profit"]["amount"] == gbp(60_000)


def test_a_discount_that_costs_more_than_it_brings_is_told():
    """Who would have bought anyway got it, too."""
    found = holdout_report(
        {"mailed": arm(1_000, 200, cost=900, discount=50), "holdout": arm(1_000, 200, cost=900)}, "GBP"
    )

    assert found is not None
    assert found["incremental_revenue"]["verdict"] == "cannot_tell"
    assert (found["incremental_profit"]["amount"], found["incremental_profit"]["verdict"]) == (gbp(-50_000), "worse")


@pytest.mark.parametrize(("mailed", "held"), [(0, 1), (1_000, 29), (29, 1_000), (1, 1)])
def test_few_people_cannot_tell(mailed, held):
    """F12: never a number that is none."""
    found = holdout_report({"mailed": arm(mailed, mailed, cost=1), "holdout": arm(held, 0, cost=1)}, "GBP")

    assert found is not None
    assert found["buyers"]["verdict"] == "cannot_tell"
    assert found["incremental_revenue"] == {
        "amount": None,
        "low": None,
        "high": None,
        "verdict": "cannot_tell",
        "because": "too_few_people",
    }


def test_profit_is_not_told_where_costs_are_not_known():
    found = holdout_report({"mailed": arm(100, 50), "holdout": arm(100, 10)}, "GBP")

    assert found is not None
    assert found["incremental_profit"]["because"] == "costs_not_known"


def test_variants_are_compared_with_the_first():
    arms = {variant_arm("a"): arm(500, 10, clicked=50), variant_arm("b"): arm(500, 10, clicked=100)}

    first, second = variants_report(arms, "GBP")

    assert (first["variant"], "against" in first) == ("a", False)
    assert (second["against"], second["clicked_lift"]["verdict"], second["buyers_lift"]["verdict"]) == (
        "a",
        "better",
        "cannot_tell",
    )


people = st.integers(0, 60)


@given(people, people, people, people, st.integers(0, 5_000))
def test_any_arms_make_a_report_that_is_json_without_nan(mailed, buyers, held, others, spent):
    """F12."""
    arms = {"mailed": arm(mailed, buyers, spent, cost=1), "holdout": arm(held, others, spent, cost=1)}
    arms |= {variant_arm("a"): arms["mailed"], variant_arm("b"): arms["holdout"]}

    json.dumps([holdout_report(arms, "GBP"), variants_report(arms, "GBP")], allow_nan=False)


def test_arms_add_up():
    both = arm(10, 3, clicked=2)
    both.merge(arm(5, 5))

    assert (both.people, both.buyers, both.spent, both.spent_squared, both.clicked) == (15, 8, 8_000, 8_000_000, 2)
    assert Arm(**both.to_fields()) == both
