"""What ABC-XYZ is: the volume of a customer's purchases (A, B, C) by their regularity (X, Y, Z)."""

from collections.abc import Sequence
from math import sqrt

from chalicelib.domain.customers import Statistics
from chalicelib.domain.months import Months
from chalicelib.domain.spread import coarse

WINDOW = 12  # complete months at most that regularity is judged by
FEWEST = 3  # months: with less, nobody can be told from chance
_DIGITS = 6  # of a variation: what is equal on paper is equal here, too


def abc(stats: Statistics, limits: Sequence[int]) -> str | None:
    """A, B or C by the money spent; None without an order, or where the shop has no limits yet."""
    if stats.orders <= 0 or len(limits) != 2:
        return None
    spent = coarse(stats.spent)
    return "A" if spent >= limits[0] else "B" if spent >= limits[1] else "C"


def monthly_variation(months: Months | None, until: int) -> float | None:
    """Standard deviation of the monthly spending over its mean; months without a purchase count as 0.

    Over the `WINDOW` months up to `until`, the last complete one, but from the month of the first order on. None with
    fewer than `FEWEST` months, or where nothing was spent in them: not enough data.
    """
    if months is None:
        return None
    first = max(months.first, until - WINDOW + 1)
    spent = [months.bought_in(month) or 0 for month in range(first, until + 1)]
    whole = sum(spent)
    if len(spent) < FEWEST or whole <= 0:
        return None
    # The population's deviation over the mean, with one root at the end: sqrt(n * sum of squares - sum^2) / sum.
    return round(sqrt(len(spent) * sum(money * money for money in spent) - whole * whole) / whole, _DIGITS)


def xyz(variation: float | None, x: float, y: float) -> str | None:
    """X (steady), Y (wavering) or Z (by chance); None where the variation is not known."""
    if variation is None:
        return None
    return "X" if variation <= x else "Y" if variation <= y else "Z"
