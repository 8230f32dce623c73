"""What calendar months are here: counted from the year 0, and how a customer's spending lies in them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

KEPT = 36  # months, up to the one of the last order: enough for every analysis, small beside the rest of a customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """In which months one customer bought, and for how much."""

    last: int  # month of the last order
    span: int  # months from the first order's to the last order's, both included; 1 or more
    spent: tuple[int | None, ...]  # minor units, of the last months up to `last`, `KEPT` at most; None: no order

    @property
    def first(self) -> int:
        """Month of the first order, also where its spending is not kept any more."""
        return self.last - self.span + 1

    def bought_in(self, month: int) -> int | None:
        """Minor units of one month; None where nothing was ordered, or it is not kept."""
        place = month - (self.last - len(self.spent) + 1)
        return self.spent[place] if 0 <= place < len(self.spent) else None

    def bought_within(self, first: int, last: int) -> bool:
        """Whether there was an order in any of these months."""
        return any(self.bought_in(month) is not None for month in range(first, last + 1))


def month_of(at: datetime, zone: ZoneInfo) -> int:
    """The month in which clocks of `zone` show this instant: 12 x year + month - 1."""
    local = at.astimezone(zone)
    return local.year * 12 + local.month - 1


def month_text(month: int) -> str:
    """As the reports write it: "2026-03"."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def months_of(orders: Iterable[tuple[int, int]]) -> Months | None:
    """From (month, minor units) of each order, in any sequence; None without an order."""
    spent: defaultdict[int, int] = defaultdict(int)
    for month, money in orders:
        spent[month] += money
    if not spent:
        return None
    first, last = min(spent), max(spent)
    kept = range(max(first, last - KEPT + 1), last + 1)
    return Months(last=last, span=last - first + 1, spent=tuple(spent.get(month) for month in kept))
