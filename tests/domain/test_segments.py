"""What rules select, what they refuse, and that no customer and no rule breaks them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.derive import Basis, derive
from chalicelib.domain.history import NO_HISTORY
from chalicelib.domain.segment_fields import FIELDS
from chalicelib.domain.segment_values import OPERATORS
from chalicelib.domain.segments import (
    MAX_CHAIN,
    SHIPPED_RULES,
    category_segment,
    compile_rule,
    compile_rules,
    fans_rule,
    matches,
)
from chalicelib.errors import InvalidInput

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = Customer(
    id="c-1",
    email="ann@example.com",
    first_name="Ann",
    locale="en-GB",
    time_zone="Europe/London",
    country="GB",
    birthday=date(1984, 3, 4),
    joined_on=date(2025, 3, 1),
    interests=("Tea", "Gear"),
    attributes={"size": "M", "visits": 3, "vip": True, "score": 0.5},
    consent_status="granted",
    tracking="full",
    stats=Statistics(
        orders=6,
        spent=12_345,
        first_order_at=NOW - timedelta(days=200),
        last_order_at=NOW - timedelta(days=10, hours=6),
        mean_gap_days=38.0,
        gap_variance=100.0,
        categories={"Coffee beans": 9000, "Filters": 2000, "Tea": 1300, "Mugs": 45, "Gear": -5},
        other_currencies={"EUR": 500},
    ),
    points=40,
)
NOBODY = Customer(id="c-2")


def holds(field, op, value=None, customer=ANN):
    return matches(compile_rule({"field": field, "op": op, "value": value}), customer, NOW)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("country", "=", "GB"),
        ("country", "!=", "FR"),
        ("country", "in", ["FR", "GB"]),
        ("email", "contains", "@EXAMPLE."),
        ("first_name", "exists", None),
        ("last_name", "exists", False),
        ("tier", "exists", False),
        ("interests", "contains", "Tea"),
        ("interests", "=", "Gear"),
        ("interests", "!=", "Coffee"),
        ("interests", "in", ["Coffee", "Tea"]),
        ("points", "<", 40.5),
        ("points", ">=", 40),
        ("points", "in", [10, 40]),
        ("orders.count", ">=", 3),
        ("orders.spent", ">", 12_344),
        ("stats.orders", "=", 6),
        ("stats.mean_gap_days", "<=", 38),
        ("stats.gap_variation", "<", 0.27),
        ("stats.days_since_last_order", "=", 10),
        ("stats.overdue", "<", 0.28),
        ("stats.last_order_at", "after", "2026-02-18"),
        ("stats.last_order_at", "before", "2026-02-19T07:00:00Z"),
        ("stats.last_order_at", "within_days", 10.25),
        ("stats.last_order_at", "not_within_days", 10),
        ("stats.first_order_at", "exists", True),
        ("stats.other_currencies", "contains", "EUR"),
        ("stats.top_categories", "contains", "Tea"),
        ("stats.top_categories", "in", ["Mugs", "Filters"]),
        ("stats.top_categories", "!=", "Mugs"),  # bought, but the fourth
        ("stage", "=", "regular"),
        ("consent.status", "=", "granted"),
        ("consent.tracking", "in", ["full", "aggregate"]),
        ("birthday", "before", "1990-01-01"),
        ("birthday", "within_days", 3),
        ("birthday", "not_within_days", 2),
        ("joined_on", "within_days", 365),
        ("joined_on", "not_within_days", 364),
        ("joined_on", ">=", "2025-03-01"),
        ("joined_on", "in", ["2025-03-01"]),
        ("attributes.size", "=", "M"),
        ("attributes.size", "contains", "m"),
        ("attributes.visits", ">=", 3),
        ("attributes.vip", "=", True),
        ("attributes.visits", "in", [True, 3]),
        ("attributes.colour", "exists", False),
    ],
)
def test_a_condition_holds(field, op, value):
    assert holds(field, op, value)
    assert not matches(compile_rule({"not": {"field": field, "op": op, "value": value}}), ANN, NOW)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("country", "=", "gb"),
        ("last_name", "!=", "Lee"),  # missing: no comparison holds
        ("interests", "contains", "tea"),
        ("points", ">", 40),
        ("stats.last_order_at", "within_days", 10),
        ("stats.top_categories", "contains", "Mugs"),  # top three only
        ("stats.top_categories", "contains", "Gear"),  # given back
        ("birthday", "within_days", 2),
        ("attributes.visits", "=", "3"),
        ("attributes.vip", "=", 1),
        ("attributes.score", ">", True),
        ("attributes.size", ">", 1),
        ("attributes.visits", "contains", "3"),
        ("attributes.visits", "in", [True, "3"]),
        ("stage", "=", "loyal"),
    ],
)
def test_a_condition_does_not_hold(field, op, value):
    assert not holds(field, op, value)


def test_a_birthday_is_near_over_the_end_of_the_year_and_on_leap_days():
    rule = compile_rule({"field": "birthday", "op": "within_days", "value": 3})
    new_year, leap_day = Customer(id="a", birthday=date(1990, 1, 1)), Customer(id="b", birthday=date(1984, 2, 29))

    assert matches(rule, new_year, datetime(2026, 12, 30, tzinfo=UTC))
    assert matches(rule, leap_day, datetime(2026, 2, 28, 23, tzinfo=UTC))
    assert not matches(rule, leap_day, datetime(2026, 3, 1, tzinfo=UTC))


def values_for(field, op):
    if op == "exists":
        return None
    if op in {"within_days", "not_within_days"}:
        return 30
    one = {
        "number": 1,
        "day": "2020-01-01",
        "instant": "2020-01-01T00:00:00Z",
        "value": "x",
        "segment": "others",
    }.get(field.kind, field.choices[0] if field.choices else "x")
    return [one] if op == "in" else one


ALL_CONDITIONS = [
    {"field": field.name, "op": op, "value": values_for(field, op)}
    for field in FIELDS.values()
    for op in OPERATORS[field.kind]
]
OTHERS = {"others": {"field": "points", "op": ">", "value": 5}}


@pytest.mark.parametrize("condition", ALL_CONDITIONS, ids=lambda one: f"{one['field']} {one['op']}")
def test_what_is_missing_satisfies_no_comparison_and_never_raises(condition):
    """F12."""
    known_to_all = {"id", "stage", "points", "stats.orders", "orders.count", "stats.spent", "orders.spent", "segment"}
    rule = compile_rules({**OTHERS, "rule": condition})["rule"]
    result = matches(rule, NOBODY, NOW)

    assert isinstance(result, bool)
    assert isinstance(matches(rule, ANN, NOW), bool)
    if condition["field"] not in {*known_to_all, "consent.tracking"}:
        assert result is False


rules = st.recursive(
    st.sampled_from(ALL_CONDITIONS),
    lambda inner: (
        st.builds(lambda one: {"not": one}, inner)
        | st.builds(lambda some: {"all": some}, st.lists(inner, min_size=1, max_size=4))
        | st.builds(lambda some: {"any": some}, st.lists(inner, min_size=1, max_size=4))
    ),
    max_leaves=12,
)


def by_hand(rule, customer, segments):
    """The grammar's meaning, written down once more without compiling."""
    if "all" in rule:
        return all(by_hand(one, customer, segments) for one in rule["all"])
    if "any" in rule:
        return any(by_hand(one, customer, segments) for one in rule["any"])
    if "not" in rule:
        return not by_hand(rule["not"], customer, segments)
    return matches(compile_rules({**segments, "rule": rule})["rule"], customer, NOW)


@given(rules, st.sampled_from([ANN, NOBODY]))
def test_groups_mean_what_they_say(rule, customer):
    compiled = compile_rules({**OTHERS, "rule": rule})["rule"]

    assert matches(compiled, customer, NOW) is by_hand(rule, customer, OTHERS)


@pytest.mark.parametrize(
    ("rule", "where", "message"),
    [
        (
            {"field": "colour", "op": "=", "value": 1},
            "rule.field",
            "unknown field 'colour'; there are abc, birthday, category",
        ),
        ({"field": "points", "op": "~", "value": 1}, "rule.op", "'~' is no operator of points; it has =, !=, <"),
        ({"field": "points", "op": "contains", "value": 1}, "rule.op", "is no operator of points"),
        ({"field": "points", "value": 1}, "rule.op", "None is no operator of points"),
        ({"op": "=", "value": 1}, "rule.field", "is needed: the name of a field"),
        ({"field": ["a"], "op": "="}, "rule.field", "is needed: the name of a field"),
        ({"field": "attributes.", "op": "exists"}, "rule.field", "unknown field 'attributes.'"),
        ({"field": "points", "op": ">", "value": "5"}, "rule.value", "must be a number, got '5'"),
        ({"field": "points", "op": ">", "value": True}, "rule.value", "must be a number, got True"),
        ({"field": "points", "op": ">", "value": float("nan")}, "rule.value", "must be a number, got nan"),
        ({"field": "points", "op": ">"}, "rule.value", "must be a number, got None"),
        ({"field": "country", "op": "=", "value": 7}, "rule.value", "must be a text of 1 to 500 characters, got 7"),
        ({"field": "country", "op": "in", "value": "GB"}, "rule.value", "must be a list of 1 to 500 values"),
        ({"field": "country", "op": "in", "value": []}, "rule.value", "must be a list of 1 to 500 values"),
        ({"field": "country", "op": "exists", "value": "yes"}, "rule.value", "must be true or false, or left out"),
        ({"field": "birthday", "op": "within_days", "value": -1}, "rule.value", "must be a number of days"),
        ({"field": "birthday", "op": "before", "value": "soon"}, "rule.value", "'soon' is no day; write YYYY-MM-DD"),
        ({"field": "stats.last_order_at", "op": "after", "value": "2026-01-01T00:00:00"}, "rule.value", "no offset"),
        ({"field": "stage", "op": "=", "value": "fan"}, "rule.value", "'fan' is not one of prospect, buyer"),
        ({"field": "consent.status", "op": "=", "value": "yes"}, "rule.value", "is not one of granted, pending"),
        ({"field": "orders.count", "op": ">", "value": 1, "within": "90"}, "rule.within", "'90' is no span of time"),
        (
            {"field": "orders.count", "op": ">", "value": 1, "within": "0d"},
            "rule.within",
            "must be 1m to 36525d, got '0d'",
        ),
        ({"field": "orders.count", "op": ">", "value": 1, "within": "99999d"}, "rule.within", "must be 1m to 36525d"),
        ({"field": "orders.count", "op": ">", "value": 1, "within": None}, "rule.within", "None is no span of time"),
        ({"field": "events.", "op": "exists"}, "rule.field", "unknown field 'events.'"),
        ({"field": "events.Bad Name", "op": "exists"}, "rule.field", "unknown field 'events.Bad Name'"),
        ({"field": "events.visit", "op": ">=", "value": "3"}, "rule.value", "must be a number, got '3'"),
        ({"field": "events.visit", "op": "contains", "value": "3"}, "rule.op", "is no operator of events.visit"),
        ({"field": "sku", "op": "contains", "value": 7}, "rule.value", "must be a text of 1 to 500 characters, got 7"),
        ({"field": "category", "op": ">=", "value": "Tea"}, "rule.op", "'>=' is no operator of category"),
        ({"field": "joined_on", "op": "before", "value": "30 days"}, "rule.value", "such as '30d ago'"),
        ({"field": "joined_on", "op": "before", "value": "99999d ago"}, "rule.value", "must lie within 36525 days"),
        ({"field": "joined_on", "op": "in", "value": ["30d ago"]}, "rule.value", "may not stand in a list"),
        (
            {"field": "points", "op": ">", "value": 1, "within": "90d"},
            "rule.within",
            "only orders, category, sku and events",
        ),
        ({"field": "points", "op": ">", "value": 1, "extra": 1}, "rule.extra", "a condition has field, op, value"),
        ({"all": []}, "rule.all", "must be a list of 1 to 200 conditions"),
        ({"any": {"field": "points"}}, "rule.any", "must be a list of 1 to 200 conditions"),
        ({"not": [1]}, "rule.not", "must be an object, got list"),
        ({"all": [1], "any": [1]}, "rule", "'all' stands alone in its object"),
        ("points > 5", "rule", "must be an object, got str"),
        (None, "rule", "must be an object, got NoneType"),
        ({}, "rule.field", "is needed"),
        ({"all": [{"not": {"any": [{"field": "x", "op": "="}]}}]}, "rule.all[0].not.any[0].field", "unknown field 'x'"),
    ],
)
def test_what_is_wrong_in_a_rule_is_named_at_its_place(rule, where, message):
    with pytest.raises(InvalidInput) as refused:
        compile_rule(rule)

    [detail] = refused.value.details
    assert detail.where == where
    assert message in detail.message
    assert refused.value.code == "invalid"


def test_all_wrong_conditions_are_named_at_once():
    with pytest.raises(InvalidInput) as refused:
        compile_rule({"all": [{"field": "a", "op": "="}, {"field": "points", "op": "~"}, {"not": {"field": "b"}}]})

    assert [d.where for d in refused.value.details] == ["rule.all[0].field", "rule.all[1].op", "rule.all[2].not.field"]


def nested(depth):
    rule = {"field": "points", "op": ">", "value": 1}
    for _ in range(depth - 1):
        rule = {"not": rule}
    return rule


def test_a_rule_may_be_sixteen_levels_deep_and_no_more():
    assert matches(compile_rule(nested(16)), ANN, NOW) is False

    with pytest.raises(InvalidInput, match="deeper than 16 levels"):
        compile_rule(nested(17))
    with pytest.raises(InvalidInput, match="deeper than 16 levels"):
        compile_rule(nested(900))


def test_a_rule_may_have_two_hundred_nodes_and_no_more():
    leaf = {"field": "points", "op": ">", "value": 1}

    assert matches(compile_rule({"all": [leaf] * 199}), ANN, NOW)
    with pytest.raises(InvalidInput, match="larger than 200 nodes"):
        compile_rule({"all": [leaf] * 200})
    with pytest.raises(InvalidInput, match="1 to 200 conditions"):
        compile_rule({"all": [leaf] * 100_000})


def test_a_segment_may_name_others():
    compiled = compile_rules(
        {
            "rich": {"field": "stats.spent", "op": ">", "value": 10_000},
            "british": {"field": "country", "op": "=", "value": "GB"},
            "both": {"all": [{"field": "segment", "op": op, "value": "rich"} for op in ("=", "contains")]},
            "either": {"field": "segment", "op": "in", "value": ["rich", "british"]},
            "poor": {"field": "segment", "op": "!=", "value": "rich"},
        }
    )

    assert {name for name, rule in compiled.items() if matches(rule, ANN, NOW)} == {"rich", "british", "both", "either"}
    assert {name for name, rule in compiled.items() if matches(rule, NOBODY, NOW)} == {"poor"}


def named(other):
    return {"not": {"field": "segment", "op": "=", "value": other}}


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"a": named("a")}, "segment 'a' comes back to itself: a -> a"),
        ({"a": named("b"), "b": named("c"), "c": named("b")}, "segment 'b' comes back to itself: b -> c -> b"),
        ({"a": named("x")}, "there is no segment 'x'; the segments are a"),
    ],
)
def test_a_circle_and_an_unknown_segment_are_refused(rules, message):
    with pytest.raises(InvalidInput, match=message):
        compile_rules(rules)


@pytest.mark.parametrize("order", [1, -1])
def test_a_chain_of_segments_is_bounded_in_whatever_order_it_is_saved(order):
    names = [f"s{n}" for n in range(MAX_CHAIN + 1)]
    rules = {"s0": {"field": "points", "op": ">", "value": 1}}
    rules |= {name: named(before) for before, name in zip(names, names[1:], strict=False)}

    assert len(compile_rules(dict(list(rules.items())[:MAX_CHAIN][::order]))) == MAX_CHAIN
    with pytest.raises(InvalidInput, match="over more than 16 steps"):
        compile_rules(dict(list(rules.items())[::order]))


def buyer(orders, variation, late):
    mean = 30.0
    stats = Statistics(
        orders=orders,
        last_order_at=NOW - timedelta(days=mean * late),
        mean_gap_days=mean,
        gap_variance=(variation * mean) ** 2,
    )
    return Customer(id="x", stats=stats)


@pytest.mark.parametrize(
    ("customer", "segments", "stage"),
    [
        (buyer(4, 0.5, 1.0), ("regulars",), "regular"),
        (buyer(4, 0.5, 2.1), ("lapsing", "regulars"), "client"),
        (buyer(4, 0.5, 150.0), ("lapsing", "regulars"), "client"),
        (buyer(3, 0.5, 1.0), (), "client"),
        (buyer(9, 1.2, 1.0), (), "client"),
        (Customer(id="x"), (), "prospect"),
    ],
)
def test_regulars_buy_on_a_rhythm_and_the_lapsing_are_those_who_stopped(customer, segments, stage):
    derived = derive(customer, Basis(rules=compile_rules(SHIPPED_RULES)), NOW, NO_HISTORY)

    assert (derived.segments, derived.stage) == (segments, stage)
    assert derive(derived, Basis(rules=compile_rules(SHIPPED_RULES)), NOW, NO_HISTORY) is derived


def test_fans_bought_the_category_or_named_it_as_an_interest():
    rule = compile_rule(fans_rule(["Tea"]))
    once = Customer(id="x", stats=Statistics(orders=1, categories={"Tea": 900}))

    assert matches(rule, Customer(id="x", stats=Statistics(orders=2, categories={"Tea": 900})), NOW)
    assert matches(rule, Customer(id="x", interests=("Tea",)), NOW)
    assert not matches(rule, once, NOW)
    assert matches(compile_rule(fans_rule(["Mugs", "tea", "Tea"])), ANN, NOW)


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("Coffee beans", "fans-of-coffee-beans"),
        ("Café & Thé", "fans-of-cafe-the"),
        ("  Tea -- gear! ", "fans-of-tea-gear"),
        ("茶", "fans-of-7e005ba3"),
    ],
)
def test_a_category_names_its_segment(category, name):
    assert category_segment(category) == name


@given(st.text(max_size=120))
def test_every_category_gives_a_name_that_may_stand_in_a_link(category):
    name = category_segment(category)

    assert name.isascii()
    assert name == name.lower().strip("-")
    assert len(name) <= 64
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
