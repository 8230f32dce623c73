"""What RFM is: how lately, how often and for how much somebody bought, each in quintiles of this shop's buyers."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.customers import Statistics
from chalicelib.domain.spread import Spread, coarse, quintile_cuts, score


@dataclass(frozen=True, slots=True, kw_only=True)
class Quintiles:
    """Four rising cuts each; empty where nobody has bought yet."""

    days: Sequence[int] = ()  # day of the last order (proleptic ordinal, UTC)
    orders: Sequence[int] = ()  # coarse
    money: Sequence[int] = ()  # coarse minor units


def quintiles(spread: Spread) -> Quintiles:
    """The cuts of a shop."""
    return Quintiles(
        days=quintile_cuts(spread.days), orders=quintile_cuts(spread.orders), money=quintile_cuts(spread.money)
    )


def rfm(stats: Statistics, cuts: Quintiles) -> str | None:
    """Three digits from 1 (least) to 5 (best): recency, frequency, money; None without an order, or without cuts."""
    if stats.orders <= 0 or stats.last_order_at is None or not cuts.days:
        return None
    recency = score(stats.last_order_at.date().toordinal(), cuts.days)
    frequency = score(coarse(stats.orders), cuts.orders)
    return f"{recency}{frequency}{score(coarse(stats.spent), cuts.money)}"
