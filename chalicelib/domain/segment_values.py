"""Which operators each kind of field knows, and which values they take."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import isfinite
from typing import Any

from chalicelib.domain.dates import parse_instant
from chalicelib.domain.durations import span
from chalicelib.domain.segment_fields import Field, Kind

MAX_CHOICES = 500  # values of one `in`
MAX_DAYS = 36_525
_ORDERED = ("=", "!=", "<", "<=", ">", ">=", "in", "exists")
_IN_TIME = (*_ORDERED, "before", "after", "within_days", "not_within_days")
OPERATORS: dict[Kind, tuple[str, ...]] = {
    "text": ("=", "!=", "in", "contains", "exists"),
    "number": _ORDERED,
    "names": ("=", "!=", "in", "contains", "exists"),
    "day": _IN_TIME,
    "instant": _IN_TIME,
    "value": (*_ORDERED, "contains"),
    "segment": ("=", "!=", "in", "contains"),
}
_RELATIVE = re.compile(r"(?:(?P<back>[0-9]+[mhd]) ago|-(?P<minus>[0-9]+[mhd])|(?:in |\+)(?P<ahead>[0-9]+[mhd]))")
_HOW = "write YYYY-MM-DD, or a time from now such as '30d ago' or 'in 7d'"


@dataclass(frozen=True, slots=True)
class FromNow:
    """A time that moves with the clock: so long after now, or before it where negative."""

    by: timedelta


def parse_value(field: Field, op: str, value: Any) -> Any:
    """The value as the test takes it.

    Raises:
        ValueError, TypeError, InvalidInput: it does not fit the field or the operator; the text says what would.
    """
    if op == "exists":
        return _flag(True if value is None else value)
    if op in {"within_days", "not_within_days"}:
        return _days(value)
    if op != "in":
        return _one(field, value)
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_CHOICES:
        raise TypeError(f"must be a list of 1 to {MAX_CHOICES} values")
    read = [_one(field, item) for item in value]
    if any(isinstance(item, FromNow) for item in read):
        raise ValueError("a time from now may not stand in a list; use before and after")
    return tuple(read) if field.kind == "value" else frozenset(read)  # a set takes 1 and true for one


def parse_window(value: Any) -> timedelta:
    """`within`, such as "90d". Raises ValueError."""
    window = span(value)
    if not timedelta(0) < window <= timedelta(days=MAX_DAYS):
        raise ValueError(f"must be 1m to {MAX_DAYS}d, got {_shown(value)}")
    return window


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("must be true or false, or left out")
    return value


def _days(value: Any) -> float:
    if _is_number(value) and 0 <= value <= MAX_DAYS:
        return float(value)
    raise TypeError(f"must be a number of days from 0 to {MAX_DAYS}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _one(field: Field, value: Any) -> Any:
    if field.kind == "number":
        if not _is_number(value):
            raise TypeError(f"must be a number, got {_shown(value)}")
        return value
    if field.kind == "value" and (isinstance(value, bool) or _is_number(value)):
        return value
    if not isinstance(value, str) or not 1 <= len(value) <= 500:
        raise TypeError(f"must be a text of 1 to 500 characters, got {_shown(value)}")
    if field.choices and value not in field.choices:
        raise ValueError(f"{_shown(value)} is not one of {', '.join(field.choices)}")
    return _moment(field.kind, value) if field.kind in {"day", "instant"} else value


def _moment(kind: Kind, value: str) -> date | datetime | FromNow:
    if (relative := _from_now(value)) is not None:
        return relative
    if kind == "instant" and len(value) > 10:
        return parse_instant(value)
    try:
        day = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError(f"{_shown(value)} is no day; {_HOW}") from None
    return datetime.combine(day, time(), UTC) if kind == "instant" else day


def _from_now(value: str) -> FromNow | None:
    """ "30d ago", "-30d", "in 7d", "+7d", "now"; None for anything else."""
    if value == "now":
        return FromNow(timedelta(0))
    found = _RELATIVE.fullmatch(value)
    if found is None:
        return None
    length = span(found["back"] or found["minus"] or found["ahead"])
    if length > timedelta(days=MAX_DAYS):
        raise ValueError(f"must lie within {MAX_DAYS} days, got {_shown(value)}")
    return FromNow(length if found["ahead"] else -length)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
