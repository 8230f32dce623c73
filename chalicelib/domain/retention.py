"""What retention is: CRR = ((E - N) / S) x 100, month by month, and by the month in which customers first bought."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain.months import Months
from chalicelib.domain.rounding import percent

COVERED = 24  # complete months that a report goes back


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One month. Who bought in the last so many months (a setting) is a customer."""

    month: int
    start: int = 0  # S: customers when it began
    end: int = 0  # E: customers when it ended
    gained: int = 0  # N: customers when it ended, and not when it began
    first: int = 0  # of those gained: who bought for the first time

    @property
    def crr(self) -> float | None:
        """((E - N) / S) x 100; None where nobody was a customer when the month began."""
        return percent(self.end - self.gained, self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortMonth:
    """One month of those who first bought in the same month. None of them is gained later: N is 0, S their number."""

    cohort: int
    month: int
    size: int  # S
    active: int = 0  # E: customers when the month ended
    bought: int = 0  # with an order in this month

    @property
    def crr(self) -> float | None:
        """(E / S) x 100."""
        return percent(self.active, self.size)


def retention_counts(months: Months | None, until: int, active_months: int) -> Iterator[tuple[str, int]]:
    """What one customer adds to the counts, as (name, 1), for the `COVERED` months up to `until`, the last complete."""
    if months is None:
        return
    since = until - COVERED + 1
    bought = {month for month in range(since - active_months, until + 1) if months.bought_in(month) is not None}
    active = {later for month in bought for later in range(month, month + active_months)}
    for month in range(max(since, months.first), until + 1):
        yield from ((f"crr/{month}/{what}", 1) for what in _what(month, active, months.first))
    if since <= months.first <= until:
        yield f"cohort/{months.first}", 1
        for month in range(months.first, until + 1):
            if month in bought:
                yield f"cohort/{months.first}/{month}/bought", 1
            if month in active:
                yield f"cohort/{months.first}/{month}/active", 1


def _what(month: int, active: set[int], first: int) -> Iterator[str]:
    before, after = month - 1 in active, month in active
    if before:
        yield "start"
    if after:
        yield "end"
    if after and not before:
        yield "gained"
    if month == first:
        yield "first"


def periods(counts: Mapping[str, int], until: int) -> list[Period]:
    """Every month from the first in which anybody was a customer up to `until`, the last complete month."""
    found: dict[int, dict[str, int]] = {}
    for name, count in counts.items():
        kind, *rest = name.split("/")
        if kind == "crr":
            found.setdefault(int(rest[0]), {})[rest[1]] = count
    return [Period(month=month, **found.get(month, {})) for month in range(min(found, default=until + 1), until + 1)]


def cohorts(counts: Mapping[str, int], until: int) -> list[CohortMonth]:
    """Every month of every cohort up to `until`, the last complete month; cohorts in order, then months."""
    tally = Counter(counts)
    first = sorted(int(name.split("/")[1]) for name in counts if name.startswith("cohort/") and name.count("/") == 1)
    return [
        CohortMonth(
            cohort=cohort,
            month=month,
            size=tally[f"cohort/{cohort}"],
            active=tally[f"cohort/{cohort}/{month}/active"],
            bought=tally[f"cohort/{cohort}/{month}/bought"],
        )
        for cohort in first
        for month in range(cohort, until + 1)
    ]
