"""What all reports are made of: counts by name of one group of customers, which add up over parts of the table.

The names are few (classes, stages, and at most two years of months), however many customers are counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from chalicelib.domain.customers import Customer
from chalicelib.domain.lifetime import Lifetime, lifetime
from chalicelib.domain.norms import Norms, classes
from chalicelib.domain.retention import retention_counts
from chalicelib.domain.stages import stage
from chalicelib.domain.wallet import share_of_wallet

_SUMS = ("customers", "receipts", "spent", "costed", "cost", "months")


def add_to(tally: Counter[str], counts: Mapping[str, int] | Iterable[tuple[str, int]]) -> None:
    """Add (name, number) to a tally: of one customer, or another part's tally."""
    for name, number in counts.items() if isinstance(counts, Mapping) else counts:
        tally[name] += number


def counts_of(customer: Customer, norms: Norms, now: datetime) -> Iterator[tuple[str, int]]:
    """What one customer adds, as (name, number): by the norms, not by the classes kept with the customer."""
    stats, found = customer.stats, classes(customer, norms)
    placed = stage(stats, now, share_of_wallet(customer))
    yield "customers", 1
    yield f"stage/{placed}", 1
    yield f"stage_spent/{placed}", stats.spent
    if stats.orders > 0:
        yield "buyers", 1
        yield f"rfm/{found.rfm}", 1
        yield f"rfm_spent/{found.rfm}", stats.spent
        yield f"abcxyz/{found.abc}/{found.xyz}", 1
        yield f"abcxyz_spent/{found.abc}/{found.xyz}", stats.spent
    sums = lifetime(stats)
    yield from ((f"ltv/{name}", number) for name in _SUMS if (number := getattr(sums, name)))
    yield from retention_counts(stats.months, norms.month, norms.thresholds.active_months)


def lifetime_in(tally: Mapping[str, int]) -> Lifetime:
    """The sums that LTV comes from."""
    return Lifetime(**{name: tally.get(f"ltv/{name}", 0) for name in _SUMS})


def below(tally: Mapping[str, int], kind: str) -> Counter[str]:
    """The counts of one kind, by the rest of their name."""
    return Counter(
        {name.removeprefix(f"{kind}/"): count for name, count in tally.items() if name.startswith(f"{kind}/")}
    )
