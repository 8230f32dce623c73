"""When a shop is measured anew: each night; a small shop each hour; a shop without buyers every few minutes."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.dates import local_instant
from chalicelib.domain.norms import Norms
from chalicelib.domain.thresholds import Thresholds, thresholds_to_fields

NIGHT = time(3, 0)  # in the shop's zone: after the day's orders, before the day's mails
SMALL = 10_000  # customers that are read within seconds, for less than a hundredth of a cent
EACH_HOUR = timedelta(hours=1)
UNTIL_BUYERS = timedelta(minutes=5)


def period_start(now: datetime, zone: ZoneInfo, last: Norms | None) -> datetime:
    """When the period began in which there should have been a measuring run; `last` is what the last one found."""
    if last is None or last.customers <= SMALL:
        return _floor(now, EACH_HOUR if last is not None and last.buyers else UNTIL_BUYERS)
    today = now.astimezone(zone).date()
    tonight = local_instant(today, NIGHT, zone)
    return tonight if tonight <= now else local_instant(today - timedelta(days=1), NIGHT, zone)


def _floor(now: datetime, step: timedelta) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (now - midnight) // step * step


def occasion(start: datetime, thresholds: Thresholds) -> str:
    """The name of a run: when its period began, and by which lines the shop is measured."""
    lines = ",".join(f"{name}={value:g}" for name, value in thresholds_to_fields(thresholds).items())
    return f"{start.isoformat()} {lines}"


def started_at(about: str) -> datetime:
    """The period's beginning, from the name of a run."""
    return datetime.fromisoformat(about.partition(" ")[0])


def is_due(about: str | None, start: datetime, thresholds: Thresholds) -> bool:
    """Whether the last run, by its name, was before `start`, or measured by other lines."""
    if about is None:
        return True
    last, _, lines = about.partition(" ")
    return datetime.fromisoformat(last) < start or lines != occasion(start, thresholds).partition(" ")[2]
