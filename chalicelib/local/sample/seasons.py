"""What the sample shop's calendar knows: dates that do not exist each year, the gift weeks, the tea months."""

from datetime import date

_GIFTS_FROM, _GIFTS_TO = (11, 20), (12, 20)
_TEA_MONTHS = frozenset({10, 11, 12, 1, 2})


def in_year(day: date, year: int) -> date | None:
    """The same month and day in another year; None for 29 February in a common year."""
    try:
        return day.replace(year=year)
    except ValueError:
        return None


def years_before(day: date, *, most: int = 3) -> list[date]:
    """The same day in the years before, newest first, within four years where one exists (29 February: the last)."""
    near = [found for back in range(1, 5) if (found := in_year(day, day.year - back))]
    return near[:most] or [found for back in range(5, 9) if (found := in_year(day, day.year - back))]


def gift_weeks(first: date, last: date) -> list[tuple[date, date]]:
    """The weeks before each Christmas that touch `first` to `last`, cut to them; oldest first."""
    weeks = [(date(year, *_GIFTS_FROM), date(year, *_GIFTS_TO)) for year in range(first.year, last.year + 1)]
    cut = [(max(start, first), min(end, last)) for start, end in weeks]
    return [(start, end) for start, end in cut if start <= end]


def is_gift_time(day: date) -> bool:
    """Whether people buy presents on that day."""
    return _GIFTS_FROM <= (day.month, day.day) <= _GIFTS_TO


def is_tea_time(day: date) -> bool:
    """Whether it is one of the dark months, in which more tea is bought."""
    return day.month in _TEA_MONTHS


def next_tea_month(day: date) -> date:
    """The day itself in the dark months, else the first of October after it."""
    return day if is_tea_time(day) else date(day.year, 10, 1)
