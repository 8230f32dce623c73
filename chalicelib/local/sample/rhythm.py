"""When the sample shop's customers buy: each habit's own rhythm over two years, then the weekday and the hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.local.sample.chance import Chance
from chalicelib.local.sample.people import HISTORY_DAYS, Person
from chalicelib.local.sample.seasons import gift_weeks, next_tea_month

STEADY_GAPS = {14: 20, 17: 10, 21: 24, 24: 12, 28: 20, 35: 9, 42: 5}  # days -> weight
_LEAVES = 0.27  # of the steady ones
_WEEKDAYS = (9, 8, 8, 9, 13, 15, 14)  # weight of Monday to Sunday
_HOURS = (0, 0, 0, 0, 0, 1, 3, 7, 9, 9, 8, 7, 9, 8, 5, 4, 5, 6, 8, 10, 11, 8, 4, 1)  # weight of each local hour
_HOUR_WEIGHTS = {hour: float(weight) for hour, weight in enumerate(_HOURS) if weight}


def order_days(chance: Chance, person: Person, *, today: date) -> list[date]:
    """The local days on which this customer orders, oldest first, none of them today."""
    if person.habit == "prospect":
        return []
    window = today - timedelta(days=HISTORY_DAYS)
    first = _first_day(chance, person, window, today)
    if person.habit == "one-time":
        return [first]
    if person.habit == "seasonal":
        return _seasonal(chance, first, today)
    again = _steady if person.habit == "steady" else _occasional
    return again(chance, person, first, today)


def moment_of_day(chance: Chance, zone: ZoneInfo, day: date, *, today: date) -> datetime:
    """The UTC time of an order due about that local day: moved to a better weekday, at an hour people like.

    Always before `today` begins in UTC.
    """
    near = {shift: float(_WEEKDAYS[(day.weekday() + shift) % 7]) for shift in (-1, 0, 1)}
    day += timedelta(days=chance.weigh(near))
    clock = time(chance.weigh(_HOUR_WEIGHTS), chance.whole(0, 59), chance.whole(0, 59))
    at = datetime.combine(day, clock, zone).astimezone(UTC)
    while at >= datetime.combine(today, time(0), UTC):
        at -= timedelta(days=1)
    return at


def _first_day(chance: Chance, person: Person, window: date, today: date) -> date:
    """About the joining day: most join with the first order, some look around first, a few bought as guests before."""
    if person.joined_on < window:
        return window + timedelta(days=chance.whole(0, 35))
    lag = chance.weigh({0: 74, chance.whole(1, 21): 18, -chance.whole(1, 30): 8})
    return min(max(person.joined_on + timedelta(days=lag), window), today - timedelta(days=1))


def _steady(chance: Chance, person: Person, first: date, today: date) -> list[date]:
    gap = chance.weigh(STEADY_GAPS)
    end = today
    if not person.stays and chance.yes(_LEAVES):
        span = (today - first).days
        silent = gap * chance.whole(3, 6) if chance.yes(0.5) else chance.whole(3 * gap, max(3 * gap, span))
        if span - silent > 3 * gap:  # no one leaves before there is a rhythm
            end = today - timedelta(days=silent)
    steps = []
    while first < end:
        steps.append(first)
        away = 2.0 if chance.yes(0.02) else 1.0  # a holiday skips one
        first += timedelta(days=max(gap // 2, round(gap * (away + 0.16 * chance.bell()))))
    return steps


def _occasional(chance: Chance, person: Person, first: date, today: date) -> list[date]:
    gap = chance.whole(60, 160)
    leaves = 0.0 if person.stays else 0.12  # after each order
    days = [first]
    while not chance.yes(leaves):
        first += timedelta(days=round(gap * (0.5 + 1.2 * chance.unit())))
        if first >= today:
            break
        days.append(first)
    return days


def _seasonal(chance: Chance, first: date, today: date) -> list[date]:
    """Presents before Christmas; every other one also buys tea through the dark months."""
    yesterday = today - timedelta(days=1)
    days = {first}
    for start, end in gift_weeks(first, yesterday):
        for _ in range(chance.whole(0, 3)):
            days.add(start + timedelta(days=chance.whole(0, (end - start).days)))
    if chance.yes(0.5):
        day = next_tea_month(first + timedelta(days=chance.whole(10, 30)))
        while day < today:
            days.add(day)
            day = next_tea_month(day + timedelta(days=chance.whole(18, 40)))
    return sorted(days)
