"""How days and instants are read and met: dates that mean "none", 29 February, zones and their changes of the clock.

The policy on changes of the clock, for reading and for sending alike: a local time that the day skips (02:30 in spring)
means the instant that a clock not put forward would show, which reads 03:30; a local time that the day has twice
(autumn) means the first. A day that a zone skips as a whole (Apia, 30 December 2011) gives the same time on the next.
"""

import re
from calendar import isleap
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.errors import InvalidInput

# What systems write where they know no date. Someone really born on the first of
# January 1970 gets no birthday mail; the shop may give any other year.
NONE_DATES = frozenset({date(1900, 1, 1), date(1970, 1, 1)})
EARLIEST_YEAR = 1900
LATEST_YEAR = 2999

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(?P<offset>[Zz]|[+-]\d\d:\d\d)?", re.ASCII)


def parse_day(value: Any, *, latest: date) -> date:
    """A day of a person's past: `YYYY-MM-DD`, from 1900-01-02 to `latest`.

    Args:
        value: as it came.
        latest: the last day that is not the future, for the time zone that is furthest ahead.

    Raises:
        InvalidInput: free text, a day that is none, a day that stands for "unknown", or one in the future.
    """
    day = _read_day(value)
    if day in NONE_DATES or day.year < EARLIEST_YEAR:
        raise InvalidInput(f"{day} stands for 'unknown' in many systems; leave the date out where it is not known")
    if day > latest:
        raise InvalidInput(f"{day} lies in the future")
    return day


def _read_day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value.strip()):
        raise InvalidInput(f"{_shown(value)} is no day; write YYYY-MM-DD")
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise InvalidInput(f"{_shown(value)} is no day of the calendar") from None


def parse_instant(value: Any, zone: ZoneInfo | None = None) -> datetime:
    """An instant, aware UTC, from RFC 3339, or from a local time of `zone` (see the policy above).

    Raises:
        InvalidInput: free text, no such time, a local time where no zone is given, or outside of 1900 to 2999.
    """
    found = _INSTANT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise InvalidInput(f"{_shown(value)} is no time; write it as 2026-12-31T18:00:00+01:00")
    try:
        moment = datetime.fromisoformat(found[0].upper().replace(",", "."))
    except ValueError:
        raise InvalidInput(f"{_shown(value)} is no time of the calendar") from None
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise InvalidInput(f"{_shown(value)} lies outside of the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    if moment.tzinfo is None and zone is None:
        raise InvalidInput(f"{_shown(value)} has no offset; add Z or, for example, +01:00")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def is_outdated(as_of: datetime | None, known: datetime | None) -> bool:
    """Whether what is told as of one time comes after what is known as of a later one. What nobody dated is news."""
    return as_of is not None and known is not None and as_of < known


def instant_text(instant: datetime) -> str:
    """The instant as the API and the stores write it: RFC 3339 in UTC, with a Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=600)
def require_zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name.

    Raises:
        InvalidInput: no such zone.
    """
    try:
        return ZoneInfo(name)
    # ZoneInfo raises OSError for names that are folders ("Europe") and ValueError for paths ("../etc").
    except (KeyError, ValueError, OSError):
        raise InvalidInput(f"{_shown(name)} is no time zone; use an IANA name such as Europe/London") from None


def month_day(day: date) -> str:
    """The key by which a yearly date is found: "MM-DD"."""
    return f"{day.month:02}-{day.day:02}"


def occurrence(day: date, year: int) -> date:
    """The day of a yearly date in that year; 29 February falls on the 28th in common years."""
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def month_days_on(day: date) -> tuple[str, ...]:
    """The keys of all yearly dates that fall on this day: on 28 February of a common year, those of the 29th too."""
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        return ("02-28", "02-29")
    return (month_day(day),)


def local_instant(day: date, at: time, zone: str | ZoneInfo) -> datetime:
    """The instant at which clocks of `zone` show this time on this day, aware UTC (see the policy above)."""
    place = require_zone(zone) if isinstance(zone, str) else zone
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=place).astimezone(UTC)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
