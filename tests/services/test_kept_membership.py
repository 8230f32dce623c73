"""Invariant 14 for segments: what writes, ticks and rebuilds keep is what the rules say from scratch."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.events import Event
from chalicelib.domain.scans import scan_from_body
from chalicelib.domain.segments import SHIPPED_RULES
from chalicelib.services.flip_due import flip_due
from chalicelib.services.get_customer import get_customer
from chalicelib.services.load_membership import load_membership
from chalicelib.services.place_order import place_order
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_product import put_product
from chalicelib.services.put_segment import put_segment
from chalicelib.services.refresh_many import refresh_many
from chalicelib.services.refresh_part import refresh_part
from tests.fakes import NOON, FixedClock, make_app
from tests.services.by_hand import World

STEP = timedelta(hours=6)  # times fall together, so that edges are met
SPANS = ("6h", "1d", "36h", "3d")
AGO = tuple(f"{span} ago" for span in SPANS)
NUMBER_OPS = ("=", "!=", "<", "<=", ">", ">=")


def condition(field: Any, op: Any, value: Any, within: Any = None) -> Any:
    parts = {"field": field, "op": op, "value": value}
    fixed = st.fixed_dictionaries({key: st.sampled_from(found) for key, found in parts.items()})
    if within is None:
        return fixed
    return st.builds(lambda one, span: {**one, "within": span} if span else one, fixed, st.sampled_from(within))


EVER = (None, *SPANS)
conditions = st.one_of(
    condition(("orders.count",), NUMBER_OPS, (0, 1, 2, 3), EVER),
    condition(("orders.spent",), NUMBER_OPS, (0, 100, 300), EVER),
    condition(("events.visit", "events.call"), NUMBER_OPS, (0, 1, 2), EVER),
    condition(("category",), ("=", "!=", "contains"), ("Teas", "Pots"), EVER),
    condition(("sku",), ("=", "!=", "contains"), ("tea", "pot"), EVER),
    condition(("sku",), ("in",), (["tea"], ["tea", "pot"]), EVER),
    condition(("events.visit", "orders.count", "sku"), ("exists",), (True, False), SPANS),
    condition(("stats.days_since_last_order",), NUMBER_OPS, (-1, 0, 1, 2, 2.5)),
    condition(("stats.overdue",), ("<", "<=", ">", ">="), (0, 0.5, 1, 2)),
    condition(("stats.last_order_at",), ("within_days", "not_within_days"), (0, 0.5, 1, 2)),
    condition(("stats.last_order_at", "joined_on"), ("before", "after", "<=", ">="), AGO),
    condition(("joined_on",), ("within_days", "not_within_days"), (0, 1, 2)),
    condition(("birthday",), ("within_days", "not_within_days"), (0, 2, 5)),
    condition(("country",), ("=", "!=", "in"), ("GB", "FR")).filter(lambda one: one["op"] != "in"),
    condition(("consent.status",), ("=",), ("granted", "withdrawn")),
    condition(("segment",), ("=", "!="), ("regulars", "lapsing")),
)


def groups(inner: Any) -> Any:
    several = st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3))
    return st.builds(lambda one: {"not": one}, inner) | several.map(lambda pair: {pair[0]: pair[1]})


rules = st.recursive(conditions, groups, max_leaves=5)

# What can happen, as (what, details). Times are in steps before now.
lines = st.lists(st.tuples(st.sampled_from(["tea", "pot"]), st.sampled_from([-1, 1, 1, 2])), min_size=1, max_size=2)
statuses = st.sampled_from(["placed", "placed", "placed", "cancelled"])
steps = st.one_of(
    st.tuples(st.just("order"), st.integers(0, 4), st.integers(-1, 16), lines, statuses),
    st.tuples(st.just("event"), st.integers(0, 4), st.integers(-3, 16), st.sampled_from(["visit", "call"])),
    st.tuples(st.just("edge"), st.integers(0, 30), st.sampled_from([-1, 0, 1])),
    st.tuples(st.just("edge"), st.integers(0, 30), st.sampled_from([-1, 0, 1])),
    st.tuples(st.just("time"), st.integers(1, 20)),
    st.tuples(st.just("person"), st.sampled_from([{"country": "FR"}, {"country": None}, {"birthday": "1990-11-25"}])),
    st.tuples(st.just("consent"), st.sampled_from(["granted", "withdrawn"])),
    st.tuples(st.just("rule"), st.sampled_from(["one", "two"]), rules),
)
bought = st.tuples(st.just("order"), st.integers(0, 4), st.integers(-1, 8), lines, st.just("placed"))
did = st.tuples(st.just("event"), st.integers(0, 4), st.integers(-3, 8), st.just("visit"))
histories = st.builds(lambda *parts: [*parts[:-1], *parts[-1]], bought, did, st.lists(steps, min_size=2, max_size=9))


class Shop:
    """One customer, to whom things happen by the use cases, each followed by what the streams and queues set off."""

    def __init__(self, rules_: dict[str, Any]) -> None:
        self.clock = FixedClock(NOON)
        self.app = make_app(clock=self.clock)
        self.rules = {**SHIPPED_RULES, **rules_}
        for sku, category in (("tea", "Teas"), ("pot", "Pots")):
            put_product(self.app, sku, {"name": sku, "category": category})
        put_customer(self.app, "ann", {"email": "ann@example.com", "joined_on": "2026-11-21", "birthday": "1992-02-29"})
        for name, rule in rules_.items():
            put_segment(self.app, name, rule)
        self.rebuild()

    def rebuild(self) -> None:
        for body in self.app.queue.take("scan"):  # type: ignore[attr-defined]
            refresh_part(self.app, scan_from_body(body), self.clock.real() + timedelta(hours=1))

    def at(self, steps_ago: int) -> datetime:
        return self.clock.now() - steps_ago * STEP

    def order(self, number: int, ago: int, said: Any, status: str) -> None:
        fields = {
            "order_id": f"o{number}",
            "customer_id": "ann",
            "placed_at": self.at(ago).isoformat(),
            "lines": [{"sku": sku, "quantity": count, "unit_price": 100} for sku, count in said],
            "status": status,
        }
        place_order(self.app, fields)
        refresh_many(self.app, ["ann"])

    def event(self, number: int, ago: int, name: str) -> None:
        self.app.events.create_many([Event(event_id=f"e{number}", customer_id="ann", name=name, at=self.at(ago))])
        refresh_many(self.app, ["ann"])

    def time(self, count: int) -> None:
        self.clock.advance(count * STEP)

    def edge(self, which: int, beside: int) -> None:
        """Go to a moment at which something becomes as old as a rule may ask for, or to right beside it."""
        happened = {order.placed_at for order in self.app.orders.lines.values()}  # type: ignore[attr-defined]
        happened |= {event.at for event in self.app.events.of("ann")}
        ages = (timedelta(0), *(STEP * count for count in (1, 2, 4, 6, 8, 12)))
        ahead = sorted({at + age for at in happened for age in ages if at + age > self.clock.now()})
        if ahead:
            moment = ahead[which % len(ahead)] + beside * timedelta.resolution
            self.clock.advance(max(moment - self.clock.now(), timedelta(0)))

    def person(self, fields: dict[str, Any]) -> None:
        put_customer(self.app, "ann", fields)

    def consent(self, status: str) -> None:
        put_customer(self.app, "ann", {"consent": {"status": status, "at": self.clock.now().isoformat()}})

    def rule(self, name: str, rule: Any) -> None:
        put_segment(self.app, name, rule)
        self.rules = {**self.rules, name: rule}
        assert self.asked() == self.from_scratch()  # before the rebuild
        self.rebuild()

    def from_scratch(self) -> set[str]:
        """The segments by hand, from what the stores hold of orders and events."""
        customer = self.app.customers.get("ann")
        assert customer is not None
        orders = list(self.app.orders.lines.values())  # type: ignore[attr-defined]
        world = World(customer, orders, self.app.events.of("ann"), self.rules, self.clock.now())
        return {name for name in self.rules if world.member(name)}

    def kept(self) -> set[str]:
        customer = self.app.customers.get("ann")
        assert customer is not None
        assert customer.next_flip_at is None or customer.next_flip_at > self.clock.now()
        return set(customer.segments) & set(self.rules)

    def asked(self) -> set[str]:
        """The segments as counts, lists and campaigns see them."""
        membership, customer = load_membership(self.app), self.app.customers.get("ann")
        assert customer is not None
        return {name for name in self.rules if list(membership.members(name, [customer]))}


def kept_is_from_scratch(rules_: dict[str, Any], history: list[Any]) -> None:
    shop = Shop(rules_)
    for what, *details in history:
        do: Callable[..., None] = getattr(shop, what)
        do(*details)
        expected = shop.from_scratch()
        assert shop.asked() == expected  # before the tick, too
        assert set(get_customer(shop.app, "ann").segments) & set(shop.rules) == expected
        flip_due(shop.app)
        assert shop.kept() == expected


named_rules = st.fixed_dictionaries({"one": rules, "two": rules})


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(named_rules, histories)
def test_kept_membership_is_what_the_rules_say_from_scratch(rules_, history):
    """B10's other half: a write that changes no input changes no membership."""
    kept_is_from_scratch(rules_, history)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(named_rules, histories)
def test_kept_membership_is_what_the_rules_say_from_scratch_at_length(rules_, history):
    kept_is_from_scratch(rules_, history)
