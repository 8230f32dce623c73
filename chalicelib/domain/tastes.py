"""What a customer likes best: money spent by category and by brand, of which older orders count for less."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import fsum

HALF_LIFE = timedelta(days=180)  # money spent this long before the last order counts half
KEPT_BRANDS = 5  # brands kept with a customer: a shop has many more of them than categories


def weights(spent: Iterable[tuple[datetime, Mapping[str, int]]]) -> dict[str, int]:
    """What each name weighs, from (time, name -> minor units) of each order, in any sequence.

    A weight is the money spent, in minor units, halved for each `HALF_LIFE` between an order and the latest one, and
    rounded. All weights fall alike while time goes by, so the ranking is the same at any later day. Names that weigh
    nothing are left out.
    """
    orders = list(spent)
    latest = max((at for at, _ in orders), default=None)
    parts: defaultdict[str, list[float]] = defaultdict(list)
    for at, names in orders:
        for name, money in names.items():
            parts[name].append(money * 0.5 ** ((latest - at) / HALF_LIFE if latest else 0))
    # fsum is exact, so the sequence of orders cannot show in the last digit.
    found = {name: round(fsum(values)) for name, values in sorted(parts.items())}
    return {name: weight for name, weight in found.items() if weight > 0}


def favourites(weighed: Mapping[str, int], count: int = 3) -> tuple[str, ...]:
    """The names that weigh most, most first; ties by name."""
    ranked = sorted(weighed.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(name for name, weight in ranked[:count] if weight > 0)
