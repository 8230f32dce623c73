"""How the customers of a shop spread over recency, frequency and money, in a size that does not grow with them.

Days are counted one by one. Orders and money are counted at three significant digits, rounded down (1,234 counts as
1,230): at most 900 counters for each power of ten, however many customers there are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.customers import Customer

_QUINTILES = 5
_MOST_CATEGORIES = 1000  # names that are told apart; a shop with more has something else in the field


def coarse(value: int) -> int:
    """Three significant digits, rounded down; 0 for what is negative."""
    if value < 1000:
        return max(value, 0)
    step: int = 10 ** (len(str(value)) - 3)
    return value // step * step


@dataclass(slots=True, kw_only=True)
class Spread:
    """Counts of buyers: customers with at least one order. Others have no class."""

    customers: int = 0  # all, buyers or not
    buyers: int = 0
    days: Counter[int] = field(default_factory=Counter)  # day of the last order (proleptic ordinal, UTC) -> buyers
    orders: Counter[int] = field(default_factory=Counter)  # coarse number of orders -> buyers
    money: Counter[int] = field(default_factory=Counter)  # coarse minor units spent -> buyers
    spent: Counter[int] = field(default_factory=Counter)  # coarse minor units spent -> exact minor units of them all
    categories: set[str] = field(default_factory=set)  # that anybody bought from

    def add(self, customer: Customer) -> None:
        """Count one customer."""
        stats = customer.stats
        self.customers += 1
        if stats.orders <= 0 or stats.last_order_at is None:
            return
        self.buyers += 1
        self.days[stats.last_order_at.date().toordinal()] += 1
        self.orders[coarse(stats.orders)] += 1
        self.money[coarse(stats.spent)] += 1
        self.spent[coarse(stats.spent)] += max(stats.spent, 0)
        if len(self.categories) < _MOST_CATEGORIES:
            self.categories.update(stats.categories)

    def merge(self, other: "Spread") -> None:
        """Count what another part counted."""
        self.customers += other.customers
        self.buyers += other.buyers
        for mine, theirs in ((self.days, other.days), (self.orders, other.orders)):
            mine.update(theirs)
        self.money.update(other.money)
        self.spent.update(other.spent)
        self.categories |= other.categories

    def to_fields(self) -> dict[str, Any]:
        """Plain JSON values."""
        counters = {name: sorted(getattr(self, name).items()) for name in _COUNTERS}
        whole = {"customers": self.customers, "buyers": self.buyers}
        return {**whole, "categories": sorted(self.categories), **counters}


_COUNTERS = ("days", "orders", "money", "spent")


def spread_from_fields(fields: Mapping[str, Any]) -> Spread:
    """Read what `to_fields` wrote."""
    counters: dict[str, Any] = {name: Counter(dict(fields[name])) for name in _COUNTERS}
    whole: dict[str, Any] = {"customers": fields["customers"], "buyers": fields["buyers"]}
    return Spread(**whole, categories=set(fields["categories"]), **counters)


def quintile_cuts(counts: Mapping[int, int]) -> tuple[int, ...]:
    """The four values up to which one, two, three and four fifths of the buyers lie; none without buyers.

    A cut is always a value that somebody has: the smallest one that so many buyers do not exceed (the inverse of the
    cumulative distribution, type 1 of Hyndman and Fan 1996, The American Statistician 50(4), 361-365).
    """
    whole = sum(counts.values())
    return tuple(_reached(counts, fifth * whole) for fifth in range(1, _QUINTILES)) if whole else ()


def _reached(counts: Mapping[int, int], fifths: int) -> int:
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen * _QUINTILES >= fifths:
            return value
    raise ValueError("no value is reached: there are fewer counts than their sum says")


def score(value: int, cuts: Sequence[int]) -> int:
    """1 to 5: one more for each cut that the value lies above. Equal values get equal scores."""
    return 1 + sum(value > cut for cut in cuts)


def share_limits(spent: Mapping[int, int], shares: Iterable[float]) -> tuple[int, ...]:
    """For each share (per cent, rising): the least coarse value of those who make up that part of all money.

    From the greatest spender down; who crosses the line is still within it. Nothing was spent: no limits.
    """
    whole = sum(spent.values())
    return tuple(_limit(spent, share * whole / 100) for share in shares) if whole else ()


def _limit(spent: Mapping[int, int], part: float) -> int:
    before, limit = 0, max(spent)
    for value in sorted(spent, reverse=True):
        if before >= part:
            break
        limit = value
        before += spent[value]
    return limit
