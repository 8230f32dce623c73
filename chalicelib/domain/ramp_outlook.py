"""How a ramp spreads a campaign over the days to come, if every day goes well and nothing else is sent."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.dates import local_instant
from chalicelib.domain.quiet_times import OPENING, ROOM
from chalicelib.domain.ramp import Ramp, RampDay, is_over, opened

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


def within_ramp(
    due: Mapping[int, int], ramp: Ramp, state: RampDay, zone: ZoneInfo, lateness: timedelta
) -> tuple[Counter[int], int]:
    """When the mails leave that find places, and how many find none before they are too late.

    Args:
        due: minutes since 1970 -> mails.
        ramp: of the shop.
        state: where it stands.
        zone: of the shop, whose days these are.
        lateness: `max_lateness` of the message.
    """
    leaves: Counter[int] = Counter()
    lost = 0
    left = Counter({minute: count for minute, count in due.items() if count})
    while left:
        day = max(state.day, _day(min(left), zone))
        state = _on(ramp, state, day)
        places = sum(left.values()) if is_over(ramp, state) else state.allowance - state.taken
        morning = _minute(local_instant(day, OPENING, zone))
        for minute in sorted(minute for minute in left if _day(minute, zone) <= day):
            got = min(left[minute], places)
            leaves[max(minute, morning) if _day(minute, zone) < day else minute] += got
            places -= got
            left[minute] -= got
        used = sum(leaves[minute] for minute in leaves if _day(minute, zone) == day)
        next_morning = local_instant(day + _DAY, OPENING, zone)
        too_late = {
            minute for minute in left if _day(minute, zone) <= day and _at(minute) + lateness - ROOM < next_morning
        }
        lost += sum(left[minute] for minute in too_late)
        left = Counter({minute: count for minute, count in left.items() if count and minute not in too_late})
        taken = min(state.allowance, state.taken + used)
        state = opened(ramp, replace(state, taken=taken), day + _DAY, 1, 0, 0)
    return +leaves, lost


def _on(ramp: Ramp, state: RampDay, day: date) -> RampDay:
    """The state on a day from that of the state on: days on which nothing is sent change nothing."""
    return state if day <= state.day else opened(ramp, state, day, 1, 0, 0)


def _day(minute: int, zone: ZoneInfo) -> date:
    return _at(minute).astimezone(zone).date()


def _at(minute: int) -> datetime:
    return _EPOCH + minute * _MINUTE


def _minute(at: datetime) -> int:
    return (at - _EPOCH) // _MINUTE
