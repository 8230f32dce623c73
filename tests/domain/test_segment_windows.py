"""Windows and ages at their edges: when a condition holds, and the next moment at which that changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.history import NO_HISTORY, History, Purchase
from chalicelib.domain.segments import compile_rule

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta.resolution


def bought(*days_ago: float, spent: int = 100) -> tuple[Customer, History]:
    """Somebody with a purchase of 100 so many days ago each."""
    times = [NOW - days * DAY for days in days_ago]
    stats = Statistics(
        orders=len(times),
        spent=spent * len(times),
        first_order_at=min(times, default=None),
        last_order_at=max(times, default=None),
        mean_gap_days=10.0 if len(times) > 1 else None,
    )
    purchases = [Purchase(at=at, spent=spent, skus=frozenset({f"s{n}"})) for n, at in enumerate(times)]
    return Customer(id="ann", joined_on=date(2026, 2, 1), stats=stats), History(lambda: purchases)


def asked(rule, customer, history, now=NOW):
    compiled = compile_rule(rule)
    return compiled.holds(customer, now, history), compiled.flips[0](customer, now, history)


WITHIN = {"field": "orders.count", "op": ">=", "value": 2, "within": "10d"}


@pytest.mark.parametrize(
    ("days_ago", "holds", "changes"),
    [
        ((), False, None),
        ((1,), False, None),
        ((1, 2), True, 8 * DAY + TICK),  # the older one leaves
        ((1, 2, 3), True, 8 * DAY + TICK),  # when the third leaves, two are left
        ((1, 10), True, TICK),  # exactly as old as the window: inside
        ((1, 10.5), False, None),
        ((11, 12), False, None),
        ((1, -1), False, DAY),  # dated ahead: comes in
    ],
)
def test_a_window_of_orders(days_ago, holds, changes):
    expected = None if changes is None else NOW + changes

    assert asked(WITHIN, *bought(*days_ago)) == (holds, expected)


@pytest.mark.parametrize(
    ("rule", "holds", "changes"),
    [
        ({"field": "orders.count", "op": "=", "value": 0, "within": "5d"}, False, 3 * DAY + TICK),
        ({"field": "orders.spent", "op": "<=", "value": 100, "within": "5d"}, True, None),
        ({"field": "sku", "op": "exists", "within": "5d"}, True, 3 * DAY + TICK),
        ({"field": "sku", "op": "!=", "value": "s0", "within": "9d"}, False, None),  # s1 has left before s0 does
        ({"field": "sku", "op": "in", "value": ["s1", "s9"], "within": "9d"}, True, TICK),
        ({"field": "sku", "op": "contains", "value": "s1"}, True, None),
        ({"field": "stats.days_since_last_order", "op": "=", "value": 2}, True, DAY),
        ({"field": "stats.days_since_last_order", "op": "in", "value": [4, 3]}, False, DAY),
        ({"field": "stats.days_since_last_order", "op": "<", "value": 2.5}, True, DAY),
        ({"field": "stats.days_since_last_order", "op": ">=", "value": 1e9}, False, 499_998 * DAY),
        ({"field": "stats.overdue", "op": ">", "value": 2}, False, 18 * DAY + TICK),
        ({"field": "stats.overdue", "op": ">=", "value": 0.5}, False, 3 * DAY),
        ({"field": "stats.overdue", "op": "<=", "value": 0.2}, True, TICK),
        ({"field": "stats.overdue", "op": "in", "value": [0.2, -1]}, True, TICK),
        ({"field": "stats.overdue", "op": "!=", "value": 0.2}, False, TICK),
        ({"field": "lapsing_score", "op": ">=", "value": 50}, False, 18 * DAY),
        ({"field": "lapsing_score", "op": "<", "value": 50}, True, 18 * DAY),
        ({"field": "lapsing_score", "op": ">", "value": 100}, False, None),
        ({"field": "lapsing_score", "op": "=", "value": 0}, True, 8 * DAY + TICK),
        ({"field": "joined_on", "op": "=", "value": "28d ago"}, True, 12 * timedelta(hours=1)),
        ({"field": "joined_on", "op": "!=", "value": "28d ago"}, False, 12 * timedelta(hours=1)),
        ({"field": "joined_on", "op": "before", "value": "28d ago"}, False, 12 * timedelta(hours=1)),
        ({"field": "stats.last_order_at", "op": "within_days", "value": 2}, True, TICK),
        ({"field": "expected_next_order_at", "op": "before", "value": "now"}, False, 8 * DAY + TICK),
    ],
    ids=str,
)
def test_what_time_does_to_a_customer_who_bought_two_and_nine_days_ago(rule, holds, changes):
    expected = None if changes is None else NOW + changes

    assert asked(rule, *bought(2, 9)) == (holds, expected)


@pytest.mark.parametrize("field", ["stats.overdue", "lapsing_score", "stats.days_since_last_order"])
@pytest.mark.parametrize("op", ["=", "!=", "<", "<=", ">", ">="])
def test_who_never_bought_satisfies_no_comparison_and_never_flips(field, op):
    """F12."""
    assert asked({"field": field, "op": op, "value": 0}, Customer(id="new"), NO_HISTORY) == (False, None)


def test_the_history_is_not_read_for_those_whom_the_record_answers():
    def fails():
        raise AssertionError("the history was read")

    history = History(fails, fails)

    assert asked(WITHIN, bought()[0], history) == (False, None)
    assert asked(WITHIN, bought(11, 12)[0], history) == (False, None)
