"""What goods add up to: money, by category and by brand, and the part of it whose cost is known."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Goods(Protocol):
    """What the catalogue said of some skus when their order was written. A sku that is missing is not known."""

    @property
    def categories(self) -> Mapping[str, str]:
        """By sku."""
        ...

    @property
    def brands(self) -> Mapping[str, str]:
        """By sku."""
        ...

    @property
    def costs(self) -> Mapping[str, int]:
        """By sku: minor units of the shop's currency, for one unit."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Minor units of some goods."""

    total: int
    categories: Mapping[str, int] = field(default_factory=dict)
    brands: Mapping[str, int] = field(default_factory=dict)
    costed: int = 0  # the part of `total` whose cost is known
    cost: int = 0  # what that part cost the shop


def sums_of(units: Iterable[tuple[str, int, int]], goods: Goods) -> Sums:
    """Add up (sku, quantity, unit price); negative quantities count against the others. A gift has a cost, too."""
    total = costed = cost = 0
    categories: Counter[str] = Counter()
    brands: Counter[str] = Counter()
    for sku, quantity, price in units:
        worth = quantity * price
        total += worth
        for sums, names in ((categories, goods.categories), (brands, goods.brands)):
            if worth and (name := names.get(sku)):
                sums[name] += worth
        if (unit_cost := goods.costs.get(sku)) is not None:
            costed += worth
            cost += quantity * unit_cost
    return Sums(total=total, categories=dict(categories), brands=dict(brands), costed=costed, cost=cost)


def without(sums: Sums, amount: int) -> Sums:
    """The sums after so much money was given back for goods that the customer keeps; never below nothing.

    It is missing in proportion everywhere, rounded down, so that the parts add up to no more than the whole. What the
    goods cost the shop stays.
    """
    left = max(0, sums.total - amount)
    if left == sums.total:
        return sums

    def rest(parts: Mapping[str, int]) -> dict[str, int]:
        return {name: part for name, worth in parts.items() if (part := worth * left // sums.total)}

    return Sums(
        total=left,
        categories=rest(sums.categories),
        brands=rest(sums.brands),
        costed=sums.costed * left // sums.total,
        cost=sums.cost,
    )
