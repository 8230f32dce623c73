"""How long counting a segment takes, as a multiple of the same rule written by hand as a comprehension.

    .venv/bin/python -m bench.segments

Customers are held in memory, so that nothing but the rule is measured. Each pair is run by turns and the ratio is the
median of the pairs' ratios: what slows the machine down slows both. Writes bench/results/segments.json.
"""

import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.segments import SHIPPED_RULES, compile_rule, fans_rule

CUSTOMERS = 100_000
ROUNDS = 9
LIMIT = 2.5
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RESULTS = Path(__file__).parent / "results" / "segments.json"
_CATEGORIES = ("Coffee beans", "Tea", "Filters", "Mugs", "Gear", "Cups")
_DAY = timedelta(days=1)
Count = Callable[[Sequence[Customer]], int]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One rule, as the API takes it and as somebody would write it in Python."""

    name: str
    rule: Mapping[str, Any]
    by_hand: Count


def customers(count: int = CUSTOMERS) -> list[Customer]:
    """A shop's customers, spread evenly and without chance: the same in every run."""
    return [_customer(number) for number in range(count)]


def _customer(number: int) -> Customer:
    orders = number * 7 % 11
    gaps = 5.0 + number % 60
    last = NOW - timedelta(days=number * 13 % 400, seconds=number % 86_400) if orders else None
    names = [_CATEGORIES[(number + place) % 6] for place in range(min(orders, 4))]
    stats = Statistics(
        orders=orders,
        spent=orders * (500 + number % 4000),
        first_order_at=last and last - timedelta(days=gaps * (orders - 1)),
        last_order_at=last,
        mean_gap_days=gaps if orders > 1 else None,
        gap_variance=(gaps * (number % 17) / 10) ** 2 if orders > 2 else None,
        categories={name: 100 + place for place, name in enumerate(names)},
    )
    return Customer(
        id=f"c-{number}",
        email=f"customer-{number}@example.com",
        country=("GB", "DE", "FR", None)[number % 4],
        joined_on=date(2020, 1, 1) + _DAY * (number % 2500),
        interests=(_CATEGORIES[number % 6],) if number % 3 == 0 else (),
        attributes={"size": "SML"[number % 3], "visits": number % 20},
        consent_status="granted" if number % 5 else "withdrawn",
        stats=stats,
    )


def _one_field(found: Sequence[Customer]) -> int:
    return sum(1 for c in found if c.stats.orders >= 3)


def _three_fields(found: Sequence[Customer]) -> int:
    return sum(1 for c in found if c.country == "GB" and c.stats.orders >= 3 and c.stats.spent > 5000)


def _recent(found: Sequence[Customer]) -> int:
    since = NOW - timedelta(days=90)
    return sum(
        1
        for c in found
        if c.consent_status == "granted" and c.stats.last_order_at is not None and since <= c.stats.last_order_at <= NOW
    )


def _silent(found: Sequence[Customer]) -> int:
    return sum(1 for c in found if c.stats.last_order_at is not None and (NOW - c.stats.last_order_at).days >= 90)


def _lapsing(found: Sequence[Customer]) -> int:
    return sum(
        1
        for c in found
        if c.stats.orders >= 4
        and c.stats.gap_variance is not None
        and c.stats.mean_gap_days
        and c.stats.last_order_at is not None
        and sqrt(c.stats.gap_variance) / c.stats.mean_gap_days <= 1.0
        and (NOW - c.stats.last_order_at) / _DAY > 2.0 * c.stats.mean_gap_days
    )


def _fans(found: Sequence[Customer]) -> int:
    return sum(
        1
        for c in found
        if ("Tea" in c.stats.top_categories and c.stats.orders >= 2) or not {"Tea"}.isdisjoint(c.interests)
    )


def _attributes(found: Sequence[Customer]) -> int:
    of: Any = found  # the value of an attribute may be a text; whoever writes this knows that it is none
    return sum(1 for c in of if c.attributes.get("size") == "M" and c.attributes.get("visits", 0) >= 10)


def _nested(found: Sequence[Customer]) -> int:
    before = (NOW - timedelta(days=365)).date()
    return sum(
        1
        for c in found
        if (c.country in {"GB", "FR"} or c.stats.spent > 20_000)
        and not (c.joined_on is not None and c.joined_on < before)
        and (c.email is not None and "customer-1" in c.email.casefold())
    )


def _field(name: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": name, "op": op, "value": value}


_GRANTED = _field("consent.status", "=", "granted")
CASES = (
    Case(name="one field", rule=_field("orders.count", ">=", 3), by_hand=_one_field),
    Case(
        name="three fields",
        rule={"all": [_field("country", "=", "GB"), _field("orders.count", ">=", 3), _field("stats.spent", ">", 5000)]},
        by_hand=_three_fields,
    ),
    Case(name="recent", rule={"all": [_GRANTED, _field("stats.last_order_at", "within_days", 90)]}, by_hand=_recent),
    Case(name="silent", rule=_field("stats.days_since_last_order", ">=", 90), by_hand=_silent),
    Case(name="lapsing (shipped)", rule=SHIPPED_RULES["lapsing"], by_hand=_lapsing),
    Case(name="fans of a category (shipped)", rule=fans_rule(["Tea"]), by_hand=_fans),
    Case(
        name="attributes",
        rule={"all": [_field("attributes.size", "=", "M"), _field("attributes.visits", ">=", 10)]},
        by_hand=_attributes,
    ),
    Case(
        name="nested",
        rule={
            "all": [
                {"any": [_field("country", "in", ["GB", "FR"]), _field("stats.spent", ">", 20_000)]},
                {"not": _field("joined_on", "before", "365d ago")},
                _field("email", "contains", "customer-1"),
            ]
        },
        by_hand=_nested,
    ),
)


def measure(case: Case, found: Sequence[Customer], rounds: int = ROUNDS) -> float:
    """The median of the ratios, rule over hand. Raises AssertionError where the two do not count the same."""
    select = compile_rule(case.rule).select

    def by_rule(found: Sequence[Customer]) -> int:
        return sum(1 for _ in select(found, NOW))

    if by_rule(found) != case.by_hand(found):
        raise AssertionError(f"{case.name}: the rule counts {by_rule(found)}, by hand it is {case.by_hand(found)}")
    return statistics.median(_seconds(by_rule, found) / _seconds(case.by_hand, found) for _ in range(rounds))


def _seconds(count: Count, found: Sequence[Customer]) -> float:
    gc.collect()
    started = time.process_time()  # of the processor: what else runs on the machine does not count
    count(found)
    return time.process_time() - started


def main() -> None:
    """Measure every case, print the ratios, write them down."""
    found = customers()
    ratios = {case.name: round(measure(case, found), 2) for case in CASES}
    for name, ratio in ratios.items():
        print(f"{name:<30} {ratio:5.2f} times by hand")
    result = {"customers": len(found), "limit": LIMIT, "worst": max(ratios.values()), "ratios": ratios}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
