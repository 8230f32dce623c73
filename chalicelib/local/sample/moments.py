"""Which of the sample shop's customers have a day of their own today, so that each day has mails to show."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from chalicelib.local.sample.consent import Answer
from chalicelib.local.sample.seasons import in_year, years_before

Habit = Literal["prospect", "one-time", "occasional", "steady", "seasonal"]
_ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Europe/London",
    "Australia/Sydney",
    "America/Los_Angeles",
    "Pacific/Auckland",
)
_ANSWERS: tuple[Answer, ...] = (
    "granted",
    "granted",
    "granted",
    "granted",
    "granted",
    "granted",
    "pending",
    "withdrawn",
)
_HABITS: tuple[Habit, ...] = (
    "steady",
    "steady",
    "occasional",
    "steady",
    "prospect",
    "steady",
    "seasonal",
    "occasional",
)
_EACH = len(_ZONES)  # people with a birthday today; as many with a joining day


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What is settled about a customer before chance makes the rest. None: left to chance."""

    zone: str | None = None
    answer: Answer | None = None
    habit: Habit | None = None
    birthday: date | None = None
    joined_on: date | None = None
    stays: bool = False  # still buys today


def moment_of(number: int, *, today: date) -> Moment:
    """What is settled about customer `number`, counted from 0: the first few have a birthday or joining day near."""
    turn, kind = divmod(number, 2)
    if turn < _EACH:
        return _birthday_today(turn, today) if kind == 0 else _joined_today(turn, today)
    if turn < _EACH + 3:  # 16 to 21: in one to six days
        soon = today + timedelta(days=number - 2 * _EACH + 1)
        return Moment(answer="granted", birthday=born_on(soon, years=28 + number), stays=True)
    if turn == _EACH + 3:  # 22 and 23
        return Moment(answer="granted", birthday=born_on(date(2000, 2, 29), years=number), stays=True)
    return Moment()


def born_on(day: date, *, years: int) -> date:
    """The birthday of someone who turns `years`, or up to seven more, on that day: 29 February needs a leap year."""
    return next(found for more in range(8) if (found := in_year(day, day.year - years - more)))


def _birthday_today(turn: int, today: date) -> Moment:
    return Moment(
        zone=_ZONES[turn],
        answer=_ANSWERS[turn],
        habit=_HABITS[turn],
        birthday=born_on(today, years=26 + 7 * turn),
        stays=True,
    )


def _joined_today(turn: int, today: date) -> Moment:
    days = years_before(today)
    return Moment(
        zone=_ZONES[-1 - turn],
        answer=_ANSWERS[turn],
        habit="occasional" if turn % 4 == 3 else "steady",
        joined_on=days[turn % len(days)],
        stays=True,
    )
