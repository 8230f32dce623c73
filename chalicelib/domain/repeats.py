"""When a campaign that repeats goes out: its days, and which of them are to be started now."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from chalicelib.domain.flows import EARLIEST_ZONE, LATEST_ZONE
from chalicelib.domain.reading import Fields, one_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LOOK_BACK = timedelta(days=40)  # days that an outage has swallowed before are not even noted
Every = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The days on which a campaign goes out again."""

    every: Every
    weekday: int | None = None  # of `week`: Monday is 0; None: that of the first day
    day: int | None = None  # of `month`: a month without that day has its last one instead; None: that of the first day
    until: date | None = None  # the last day that may be one


def read_repeat(body: Fields) -> Repeat | None:
    """The field `repeat`."""
    if body.value("repeat") is None:
        return None
    inner = body.inner("repeat")
    inner.needed("every")
    every: Every = inner.parsed("every", one_of(Every), "week")
    repeat = Repeat(
        every=every,
        weekday=inner.parsed("weekday", _weekday, None),
        day=inner.whole("day", 1, 31),
        until=inner.parsed("until", _day, None),
    )
    inner.done()
    if repeat.weekday is not None and every != "week":
        inner.invalid("weekday", f"is for `every: week` only, not for {every}")
    if repeat.day is not None and every != "month":
        inner.invalid("day", f"is for `every: month` only, not for {every}")
    return repeat


def _weekday(value: Any) -> int:
    if value not in WEEKDAYS:
        raise ValueError(f"must be one of {', '.join(WEEKDAYS)}, got {str(value)[:40]!r}")
    return WEEKDAYS.index(value)


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise TypeError("must be a day such as 2027-12-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"must be a day such as 2027-12-31, got {value[:40]!r}") from None


def repeat_to_fields(repeat: Repeat | None) -> dict[str, Any] | None:
    """As the API shows it."""
    if repeat is None:
        return None
    shown = {
        "every": repeat.every,
        "weekday": None if repeat.weekday is None else WEEKDAYS[repeat.weekday],
        "day": repeat.day,
        "until": repeat.until.isoformat() if repeat.until else None,
    }
    return {name: value for name, value in shown.items() if value is not None}


def days(repeat: Repeat, first: date, since: date) -> Iterator[date]:
    """Its days from `since` on, none before `first`; without an end where `until` is None."""
    day = max(first, since)
    while (repeat.until is None or day <= repeat.until) and day.year < date.max.year:
        if _falls_on(repeat, first, day):
            yield day
        day += timedelta(days=1)


def _falls_on(repeat: Repeat, first: date, day: date) -> bool:
    if repeat.every == "day":
        return True
    if repeat.every == "week":
        return day.weekday() == (first.weekday() if repeat.weekday is None else repeat.weekday)
    return day.day == min(repeat.day or first.day, monthrange(day.year, day.month)[1])


def begins(day: date) -> datetime:
    """When a local day begins in the earliest zone, aware UTC."""
    return datetime.combine(day, time(), UTC) - EARLIEST_ZONE


def is_over(day: date, at: time, max_lateness: timedelta, now: datetime) -> bool:
    """Whether mails of that local day and time would be too late now in every zone."""
    return now > datetime.combine(day, at, UTC) - LATEST_ZONE + max_lateness


def begun(repeat: Repeat, first: date, now: datetime) -> list[date]:
    """Its days that have begun somewhere, those of the last weeks only, oldest first."""
    today = (now + EARLIEST_ZONE).date()
    found = []
    for day in days(repeat, first, (now - _LOOK_BACK).date()):
        if day > today:
            break
        found.append(day)
    return found


def following(repeat: Repeat, first: date, now: datetime) -> date | None:
    """Its first day that has not begun anywhere; None: it has ended."""
    tomorrow = (now + EARLIEST_ZONE).date() + timedelta(days=1)
    return next(days(repeat, first, tomorrow), None)
