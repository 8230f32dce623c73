"""What a rule means, written down a second time: plain loops over orders and events, no compiling, no shortcuts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import occurrence
from chalicelib.domain.events import Event
from chalicelib.domain.orders import Order, header_of
from chalicelib.domain.returns import remains
from chalicelib.domain.stages import gap_variation
from chalicelib.domain.statistics import statistics

DAY = timedelta(days=1)
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": DAY}
COMPARE = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "before": lambda a, b: a < b,
    "after": lambda a, b: a > b,
}


@dataclass(frozen=True)
class World:
    """All that is known of one customer."""

    customer: Customer
    orders: list[Order]
    events: list[Event]
    rules: Mapping[str, Any]
    now: datetime

    def member(self, name: str) -> bool:
        """Whether the customer belongs to the segment now."""
        return self.holds(self.rules[name])

    def holds(self, rule: Mapping[str, Any]) -> bool:
        if "all" in rule:
            return all(self.holds(one) for one in rule["all"])
        if "any" in rule:
            return any(self.holds(one) for one in rule["any"])
        if "not" in rule:
            return not self.holds(rule["not"])
        field = rule["field"]
        if field == "segment":
            wanted = rule["value"] if rule["op"] == "in" else [rule["value"]]
            return any(self.member(name) for name in wanted) is (rule["op"] != "!=")
        if field == "birthday" and rule["op"].endswith("within_days"):
            return self.birthday_near(rule)
        found = self.found(field, rule.get("within"))
        return self.compared(found, rule["op"], rule.get("value"), whole_days=field == "joined_on")

    def compared(self, found: Any, op: str, value: Any, *, whole_days: bool) -> bool:
        if isinstance(found, frozenset):
            return self.named(found, op, value)
        if op == "exists":
            return bool(found) is (value is not False)
        if found is None:
            return False
        if op == "in":
            return found in value
        if op.endswith("within_days"):
            age = (self.now.date() - found).days * DAY if whole_days else self.now - found
            return (timedelta(0) <= age <= timedelta(days=value)) is (op == "within_days")
        moves = isinstance(found, datetime) or whole_days
        return bool(COMPARE[op](found, self.relative(value, whole_days) if moves else value))

    def relative(self, value: str, whole_days: bool) -> Any:
        span = int(value[:-5]) * UNITS[value[-5]]
        moment = self.now - span
        return moment.date() if whole_days else moment

    def named(self, found: frozenset[str], op: str, value: Any) -> bool:
        if op == "exists":
            return bool(found) is (value is not False)
        if op == "in":
            return bool(found & set(value))
        return bool(found) and value not in found if op == "!=" else value in found

    def birthday_near(self, rule: Mapping[str, Any]) -> bool:
        birthday = self.customer.birthday
        if birthday is None:
            return False
        today = self.now.date()
        falls = [occurrence(birthday, year) for year in (today.year, today.year + 1)]
        near = any(0 <= (day - today).days <= rule["value"] for day in falls)
        return near is (rule["op"] == "within_days")

    @property
    def stats(self) -> Any:
        headers = [header_of(order) for order in self.orders]
        return statistics(headers, self.left, "GBP", ZoneInfo("Europe/London"))

    @property
    def left(self) -> Any:
        return remains([order for order in self.orders if order.status == "placed"])

    def found(self, field: str, within: str | None) -> Any:
        if field.startswith("events."):
            return sum(event.name == field[7:] and self.inside(event.at, within) for event in self.events)
        if within is not None or field in {"sku", "category"}:
            return self.bought(field, within)
        stats = self.stats
        if field == "stats.days_since_last_order":
            return None if stats.last_order_at is None else max((self.now - stats.last_order_at) // DAY, 0)
        if field == "stats.overdue":
            return self.overdue(stats)
        return {
            "orders.count": stats.orders,
            "stats.orders": stats.orders,
            "stats.gap_variation": gap_variation(stats),
            "orders.spent": stats.spent,
            "stats.last_order_at": stats.last_order_at,
            "joined_on": self.customer.joined_on,
            "birthday": self.customer.birthday,
            "country": self.customer.country,
            "consent.status": self.customer.consent_status,
        }[field]

    def overdue(self, stats: Any) -> Any:
        """A multiple, compared where it is exact: as a time against so many gaps."""
        if stats.last_order_at is None or not stats.mean_gap_days:
            return None
        return _Multiple(max(self.now - stats.last_order_at, timedelta(0)), stats.mean_gap_days)

    def inside(self, at: datetime, within: str | None) -> bool:
        return at <= self.now and (within is None or self.now - at <= int(within[:-1]) * UNITS[within[-1]])

    def bought(self, field: str, within: str | None) -> Any:
        left = self.left
        kept = [
            (order, header_of(order), left.get(order.order_id))
            for order in self.orders
            if order.status == "placed" and (order.order_id not in left or left[order.order_id].counts)
        ]
        kept = [one for one in kept if self.inside(one[0].placed_at, within)]
        if field == "orders.count":
            return len(kept)
        sums = [rest.sums if rest else header for _, header, rest in kept]
        if field == "orders.spent":
            return sum(one.total for one in sums)
        if field == "sku":
            return frozenset(sku for _, header, rest in kept for sku in (rest.skus if rest else header.skus))
        return frozenset(name for one in sums for name, worth in one.categories.items() if worth > 0)


@dataclass(frozen=True)
class _Multiple:
    silence: timedelta
    gap: float

    def _than(self, other: float) -> timedelta:
        return timedelta(seconds=other * 86_400 * self.gap)

    def __lt__(self, other: float) -> bool:
        return self.silence < self._than(other)

    def __le__(self, other: float) -> bool:
        return self.silence <= self._than(other)

    def __gt__(self, other: float) -> bool:
        return self.silence > self._than(other)

    def __ge__(self, other: float) -> bool:
        return self.silence >= self._than(other)
