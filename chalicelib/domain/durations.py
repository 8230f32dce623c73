"""How a span of time is written: "24h", "90d", "30m"."""

import re
from datetime import time, timedelta
from typing import Any

_SPAN = re.compile(r"([0-9]{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def span(value: Any) -> timedelta:
    """Read "30m", "24h" or "90d"."""
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is no span of time: write minutes, hours or days as 30m, 24h or 90d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def span_text(value: timedelta) -> str:
    """The shortest way to write it."""
    minutes = round(value.total_seconds() / 60)
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def clock_time(value: Any) -> time:
    """Read a local time of day, "09:00"."""
    if not isinstance(value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise ValueError(f"{value!r} is no time of day: write HH:MM, 00:00 to 23:59")
    return time.fromisoformat(value)
