"""When marketing mail stays away: quiet hours and holidays, each in the recipient's own zone.

Quiet hours are intervals between instants, made of local times by the policy of domain/dates.py. So a clock that
changes within them neither opens a gap in them nor begins them a second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

from chalicelib.domain.dates import local_instant
from chalicelib.domain.durations import clock_time

MAX_HOLIDAYS = 100
OPENING = time(8)  # when a day begins for mails that wait for it, where the shop has no quiet hours
# Whoever waits up to the last moment would be too late a second after.
ROOM = timedelta(minutes=15)
_DAY = timedelta(days=1)
Policy = Literal["defer", "skip"]
_POLICIES = get_args(Policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From one local time to another, over midnight where the second is earlier."""

    begin: time
    end: time

    def end_at(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours that `now` lies in end; None outside of them."""
        today = now.astimezone(zone).date()
        for day in (today - _DAY, today):
            begin = local_instant(day, self.begin, zone)
            end = local_instant(day if self.begin < self.end else day + _DAY, self.end, zone)
            if begin <= now < end:
                return end
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """Days on which no marketing mail goes out."""

    days: tuple[str, ...] = ()  # "YYYY-MM-DD", or "MM-DD" for every year
    over: Policy = "defer"

    def __contains__(self, day: date) -> bool:
        """Whether that day is one of them."""
        return day.isoformat() in self.days or day.isoformat()[5:] in self.days


def open_at(quiet: QuietHours | None, holidays: Holidays, at: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    """The first moment from `at` on at which marketing may reach somebody in that zone, and what `at` met with.

    Returns:
        `at` and "" where nothing stands against it; else a later instant, and `holiday` or `quiet_hours`.
    """
    if quiet is None and not holidays.days:
        return at, ""
    day = at.astimezone(zone).date()
    if day in holidays:
        while day in holidays:
            day += _DAY
        return _opening(quiet, day, zone), "holiday"
    end = quiet.end_at(at, zone) if quiet else None
    if end is None:
        return at, ""
    later, why = open_at(None, holidays, end, zone)
    return (later, why) if why else (end, "quiet_hours")


def next_opening(quiet: QuietHours | None, holidays: Holidays, at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from `at` on at which a day begins for marketing in that zone, holidays passed over."""
    day = at.astimezone(zone).date()
    while day in holidays or _opening(quiet, day, zone) < at:
        day += _DAY
    return _opening(quiet, day, zone)


def _opening(quiet: QuietHours | None, day: date, zone: ZoneInfo) -> datetime:
    opening = local_instant(day, OPENING, zone)
    return (quiet.end_at(opening, zone) or opening) if quiet else opening


def quiet_hours_from_fields(value: Any) -> QuietHours:
    """Read the field `quiet_hours` of the shop. Raises: ValueError, TypeError, naming what is wrong."""
    if not isinstance(value, Mapping) or set(value) != {"from", "to"}:
        raise TypeError('must be an object such as {"from": "21:00", "to": "08:00"}')
    begin, end = clock_time(value["from"]), clock_time(value["to"])
    if begin == end:
        raise ValueError(f"from and to must differ, both are {value['to']}; leave the field out for no quiet hours")
    return QuietHours(begin=begin, end=end)


def quiet_hours_to_fields(quiet: QuietHours) -> dict[str, str]:
    """As the API and the store write them."""
    return {"from": quiet.begin.strftime("%H:%M"), "to": quiet.end.strftime("%H:%M")}


def holidays_from_fields(value: Any) -> Holidays:
    """Read the field `holidays` of the shop. Raises: ValueError, TypeError, naming what is wrong."""
    if not isinstance(value, Mapping) or not set(value) <= {"days", "over"}:
        raise TypeError('must be an object such as {"days": ["12-25", "2027-03-26"], "over": "defer"}')
    days, over = value.get("days") or [], value.get("over") or "defer"
    if over not in _POLICIES:
        raise ValueError(f"over must be one of {', '.join(_POLICIES)}")
    if not isinstance(days, list | tuple) or len(days) > MAX_HOLIDAYS:
        raise TypeError(f"days must be a list of at most {MAX_HOLIDAYS} days")
    return Holidays(days=tuple(sorted({_holiday(day) for day in days})), over=cast(Policy, over))


def holidays_to_fields(holidays: Holidays) -> dict[str, Any]:
    """As the API and the store write them."""
    return {"days": list(holidays.days), "over": holidays.over}


def _holiday(value: Any) -> str:
    try:
        # A leap year reads 02-29, too.
        date.fromisoformat(value if len(value) == 10 else f"2028-{value}")
    except (TypeError, ValueError):
        raise ValueError(f"days: {str(value)[:20]!r} is no day; write YYYY-MM-DD, or MM-DD for every year") from None
    return str(value)
