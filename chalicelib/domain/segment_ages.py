"""Conditions whose answer changes by time alone: when they hold, and the next moment at which that changes.

Each is a set of ranges of age, the time since something happened: "in the last 90 days" is an age from 0 to 90 days.
The test and the next change are both read off the ranges, in whole microseconds, so that a moment that was noted for a
change is the moment of that change.
"""

import ast
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, floor
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import occurrence
from chalicelib.domain.history import History
from chalicelib.domain.rhythm import FULL_SCORE, gaps_at
from chalicelib.domain.segment_code import Writer, compare, every, is_known, some
from chalicelib.domain.segment_tests import Test
from chalicelib.domain.stages import silent_for

# From the first age to before the second one; None: no bound. Sorted, and apart from each other.
Range = tuple[timedelta | None, timedelta | None]
Ranges = tuple[Range, ...]

DAY = timedelta(days=1)
INSTANT = timedelta.resolution
ALWAYS: Ranges = ((None, None),)
_EVER = 500_000  # days: further back than any order
_MOST_GAPS = 1000  # a silence of so many gaps of any length that an order can have is longer than any silence


def outside(ranges: Ranges) -> Ranges:
    """All ages that are in none of the ranges."""
    found: list[Range] = []
    start: timedelta | None = None
    for low, high in ranges:
        if low is not None:
            found.append((start, low))
        if high is None:
            return tuple(found)
        start = high
    return (*found, (start, None))


def compared(op: str, age: timedelta, unit: timedelta) -> Ranges:
    """The ages at which what happened is <op> the time that lies so long back. `unit`: a day, or an instant."""
    if op in {"before", "<"}:
        return ((age + unit, None),)
    if op == "<=":
        return ((age, None),)
    if op in {"after", ">"}:
        return ((None, age),)
    if op == ">=":
        return ((None, age + unit),)
    same: Ranges = ((age, age + unit),)
    return same if op == "=" else outside(same)


def in_last(days: float, unit: timedelta) -> Ranges:
    """The ages of the last so many days, the last one included."""
    whole = floor(days) if unit == DAY else days
    return ((timedelta(0), timedelta(days=whole) + unit),)


Growing = Callable[[float], Ranges]  # the ages at which a number that grows with time has reached a value


def grown(op: str, value: Any, reached: Growing, passed: Growing) -> Ranges:
    """The ages at which a growing number is <op> the value: it gets there (`reached`), then above it (`passed`)."""
    if op == "in":
        return _joined(one for each in sorted(value) for one in grown("=", each, reached, passed))
    if op in {">", ">="}:
        return (reached if op == ">=" else passed)(value)
    if op in {"<", "<="}:
        return outside((reached if op == "<" else passed)(value))
    same = _between(reached(value), passed(value))
    return same if op == "=" else outside(same)


def _between(reached: Ranges, passed: Ranges) -> Ranges:
    if not reached or reached == passed:
        return ()
    return ((reached[0][0], passed[0][0] if passed else None),)


def whole_days(op: str, value: Any) -> Ranges:
    """The ages whose whole days, 0 or more, are <op> the value."""
    return grown(op, value, lambda days: _days_over(ceil(_near(days))), lambda days: _days_over(floor(_near(days)) + 1))


def _near(days: float) -> float:
    return min(max(days, -1), _EVER)


def _days_over(number: int) -> Ranges:
    """From when on that many days are over; what is to come has the age of 0 days, too."""
    return ((timedelta(days=number), None),) if number > 0 else ALWAYS


def _joined(ranges: Iterable[Range]) -> Ranges:
    found: list[Range] = []
    for low, high in ranges:
        if found and found[-1][1] is not None and found[-1][1] == low:
            found[-1] = (found[-1][0], high)
        elif (low, high) not in found:
            found.append((low, high))
    return tuple(found)


def age_test(read: Callable[[Writer], ast.expr], get: Callable[[Customer], Any], ranges: Ranges, *, day: bool) -> Test:
    """Of a day or an instant of the customer: its age lies in one of the ranges."""

    def code(writer: Writer) -> ast.expr:
        found, again = writer.kept(read(writer))
        parts = [_within(writer, again, one, day=day) for one in ranges]
        return every([is_known(found), some(parts)])

    def flip(customer: Customer, now: datetime, _: History) -> datetime | None:
        found = get(customer)
        return None if found is None else next_edge(_instant(found), ranges, now)

    return Test(code=code, flip=flip)


def _within(writer: Writer, again: Callable[[], ast.expr], one: Range, *, day: bool) -> ast.expr:
    low, high = one
    parts = []
    if low is not None:
        parts.append(compare(again(), ast.LtE(), writer.before(low, day=day)))
    if high is not None:
        parts.append(compare(again(), ast.Gt(), writer.before(high, day=day)))
    return every(parts)


def _instant(found: date | datetime) -> datetime:
    """A day begins at midnight of UTC."""
    return found if isinstance(found, datetime) else datetime.combine(found, time(), UTC)


def next_edge(start: datetime, ranges: Ranges, now: datetime) -> datetime | None:
    """The first moment after now at which the age since `start` enters or leaves a range."""
    edges = (start + edge for one in ranges for edge in one if edge is not None)
    return min((edge for edge in edges if edge > now), default=None)


def gaps_test(op: str, value: Any, *, score: bool) -> Test:
    """The silence, as a multiple of the customer's usual gap or as a lapsing score, is <op> the value."""

    def ranges(customer: Customer) -> tuple[datetime, Ranges] | None:
        last = customer.stats.last_order_at
        if last is None or silent_for(customer.stats, 1) is None:
            return None
        gaps = _Gaps(customer, last, score=score)
        return last, grown(op, value, gaps.reached, gaps.passed)

    def holds(customer: Customer, now: datetime) -> bool:
        found = ranges(customer)
        return found is not None and any(_contains(one, now - found[0]) for one in found[1])

    def flip(customer: Customer, now: datetime, _: History) -> datetime | None:
        found = ranges(customer)
        return None if found is None else next_edge(*found, now)

    if op == ">" and not score and value >= 0:
        return Test(code=lambda writer: _longer_than(writer, value), flip=flip)
    return Test(code=lambda writer: writer.call(holds, writer.customer, writer.now), flip=flip)


def _longer_than(writer: Writer, value: float) -> ast.expr:
    """The one that the shipped segment `lapsing` asks of every customer, written out: `now > silent_for(stats, value)`.

    Two ages are compared, not two times, so that no gap and no value leads beyond the calendar.
    """
    gap, gap_again = writer.kept(writer.read(("stats", "mean_gap_days")))
    last, last_again = writer.kept(writer.read(("stats", "last_order_at")))
    seconds = ast.BinOp(left=writer.value(min(value, _MOST_GAPS) * 86_400), op=ast.Mult(), right=gap_again())
    silence = ast.BinOp(left=writer.now, op=ast.Sub(), right=last_again())
    longer = compare(silence, ast.Gt(), writer.call(timedelta, writer.value(0), seconds))
    return every([is_known(gap), compare(gap_again(), ast.Gt(), writer.value(0)), is_known(last), longer])


class _Gaps:
    """One customer's silence as a number: 0 as long as there is none, then it grows. A score is bounded above."""

    def __init__(self, customer: Customer, last: datetime, *, score: bool) -> None:
        self._customer = customer
        self._last = last
        self._score = score

    def reached(self, value: float) -> Ranges:
        """The ages at which it is that value or more."""
        if value <= 0:
            return ALWAYS
        return () if self._score and value > FULL_SCORE else ((self._age(value), None),)

    def passed(self, value: float) -> Ranges:
        """The ages at which it is more than that value."""
        if value < 0:
            return ALWAYS
        return () if self._score and value >= FULL_SCORE else ((self._age(value) + INSTANT, None),)

    def _age(self, value: float) -> timedelta:
        moment = silent_for(self._customer.stats, gaps_at(value) if self._score else value)
        return timedelta(0) if moment is None else moment - self._last


def _contains(one: Range, age: timedelta) -> bool:
    low, high = one
    return (low is None or low <= age) and (high is None or age < high)


def birthday_test(days: float, *, wanted: bool) -> Test:
    """The birthday comes again within so many days, the day itself included; by the calendar of UTC."""
    ahead = floor(min(days, 366))  # a year at most, so that a birthday is always near

    def spans(customer: Customer, now: datetime) -> list[tuple[date, date]]:
        """(the first day, the day after the last one) of the birthdays around now."""
        birthday = customer.birthday
        if birthday is None:
            return []
        falls = (occurrence(birthday, year) for year in range(now.year, now.year + 3))
        return [(day - timedelta(days=ahead), day + DAY) for day in falls]

    def holds(customer: Customer, now: datetime) -> bool:
        found, today = spans(customer, now), now.date()
        return bool(found) and any(first <= today < end for first, end in found) is wanted

    def flip(customer: Customer, now: datetime, _: History) -> datetime | None:
        edges = sorted({_instant(edge) for one in spans(customer, now) for edge in one})
        return next((edge for edge in edges if edge > now), None)

    return Test(code=lambda writer: writer.call(holds, writer.customer, writer.now), flip=flip)
