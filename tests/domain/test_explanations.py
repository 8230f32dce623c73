"""How membership is told in plain words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.explanations import explain
from chalicelib.domain.history import History, Purchase
from chalicelib.domain.segments import compile_rule, compile_rules

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = Customer(
    id="c-1",
    country="GB",
    birthday=date(1984, 3, 4),
    stats=Statistics(
        orders=7, last_order_at=NOW - timedelta(days=20), mean_gap_days=30.0, categories={"Tea": 5, "Mugs": 3}
    ),
)


def told(rule, others=None):
    return explain(compile_rules({**(others or {}), "rule": rule})["rule"], ANN, NOW)


def test_each_condition_comes_with_what_was_found():
    rule = {
        "all": [
            {"field": "stats.orders", "op": ">=", "value": 4},
            {"field": "stats.overdue", "op": ">", "value": 2},
            {"field": "stats.top_categories", "op": "contains", "value": "Tea"},
            {"field": "birthday", "op": "within_days", "value": 7},
            {"field": "stats.last_order_at", "op": "not_within_days", "value": 10},
            {"field": "last_name", "op": "exists"},
            {"field": "country", "op": "in", "value": ["FR", "GB"]},
        ]
    }

    assert told(rule) == [
        {"condition": "the number of orders is at least 4", "holds": True, "found": 7},
        {"condition": "the silence as a multiple of the usual gap is above 2", "holds": False, "found": 0.67},
        {"condition": "the top categories include Tea", "holds": True, "found": ["Tea", "Mugs"]},
        {"condition": "the birthday is in the next 7 days", "holds": True, "found": "1984-03-04"},
        {"condition": "the last order is not in the last 10 days", "holds": True, "found": "2026-02-09T12:00:00Z"},
        {"condition": "the last name is known", "holds": False, "found": None},
        {"condition": "the country is one of FR, GB", "holds": True, "found": "GB"},
    ]


def test_a_choice_and_a_negation_are_told_as_such():
    french, british = ({"field": "country", "op": "=", "value": value} for value in ("FR", "GB"))

    assert told({"any": [french, british]}) == [
        {"condition": "at least one of (the country is FR; the country is GB)", "holds": True, "found": None},
        {"condition": "the country is FR", "holds": False, "found": "GB"},
        {"condition": "the country is GB", "holds": True, "found": "GB"},
    ]
    assert told({"not": french}) == [{"condition": "not: the country is FR", "holds": True, "found": "GB"}]
    assert told({"not": {"all": [french, british]}}) == [
        {"condition": "not: all of (the country is FR; the country is GB)", "holds": True, "found": None}
    ]


def test_a_named_segment_is_told_by_whether_it_holds():
    others = {"british": {"field": "country", "op": "=", "value": "GB"}}

    assert told({"field": "segment", "op": "=", "value": "british"}, others) == [
        {"condition": "the segments include british", "holds": True, "found": ["british"]}
    ]


@given(st.lists(st.tuples(st.sampled_from(["GB", "FR"]), st.booleans()), min_size=1, max_size=5))
def test_a_member_of_an_all_rule_sees_only_conditions_that_hold(parts):
    conditions = [{"field": "country", "op": "=", "value": value} for value, _ in parts]
    rule = {"all": [one if plain else {"not": one} for one, (_, plain) in zip(conditions, parts, strict=True)]}

    lines = told(rule)

    assert all(line["holds"] for line in lines) is compile_rule(rule).holds(ANN, NOW)
    assert len(lines) == len(parts)


def purchase(days_ago, spent, category, *skus):
    at = NOW - timedelta(days=days_ago)
    return Purchase(at=at, spent=spent, categories=frozenset({category}), skus=frozenset(skus))


HISTORY = History(
    lambda: [
        Purchase(
            at=NOW - timedelta(days=20), spent=900, categories=frozenset({"Tea"}), skus=frozenset({"assam", "pot"})
        ),
        Purchase(at=NOW - timedelta(days=100), spent=500, categories=frozenset({"Mugs"}), skus=frozenset({"mug"})),
    ],
    lambda: {"visit": [NOW - timedelta(hours=3), NOW - timedelta(days=3)]},
)


@pytest.mark.parametrize(
    ("condition", "words", "holds", "found"),
    [
        (
            {"field": "orders.count", "op": ">=", "value": 2, "within": "90d"},
            "the number of orders in the last 90 days is at least 2",
            False,
            1,
        ),
        (
            {"field": "orders.spent", "op": "<", "value": 1000, "within": "90d"},
            "the money spent (minor units) in the last 90 days is below 1000",
            True,
            900,
        ),
        (
            {"field": "sku", "op": "contains", "value": "mug"},
            "the products bought include mug",
            True,
            ["assam", "mug", "pot"],
        ),
        (
            {"field": "category", "op": "!=", "value": "Mugs", "within": "90d"},
            "the categories bought in the last 90 days do not include Mugs",
            True,
            ["Tea"],
        ),
        (
            {"field": "events.visit", "op": "=", "value": 0, "within": "1d"},
            "the number of 'visit' events in the last 1 day is 0",
            False,
            1,
        ),
        ({"field": "events.call", "op": "exists"}, "the number of 'call' events is not 0", False, 0),
        ({"field": "events.call", "op": "exists", "value": False}, "the number of 'call' events is 0", True, 0),
        (
            {"field": "stats.last_order_at", "op": "before", "value": "-36h"},
            "the last order is before 36 hours ago",
            True,
            "2026-02-09T12:00:00Z",
        ),
        (
            {"field": "birthday", "op": "before", "value": "in 1d"},
            "the birthday is before 1 day from now",
            True,
            "1984-03-04",
        ),
        ({"field": "birthday", "op": "after", "value": "now"}, "the birthday is after now", False, "1984-03-04"),
    ],
)
def test_windows_and_times_from_now_are_told_in_plain_words(condition, words, holds, found):
    [line] = explain(compile_rule(condition), ANN, NOW, HISTORY)

    assert line == {"condition": words, "holds": holds, "found": found}
