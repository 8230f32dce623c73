"""Conditions on what a customer bought or did in a window of time that moves with the clock, or ever."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from chalicelib.domain.customers import Customer
from chalicelib.domain.history import History
from chalicelib.domain.segment_fields import Field
from chalicelib.domain.segment_tests import Test

_INSTANT = timedelta.resolution


class Fact(NamedTuple):
    """One purchase or event, as a condition looks at it."""

    at: datetime
    worth: int = 1  # 1 where things are counted, minor units where money is
    names: Collection[str] = ()


class Tally:
    """What the facts inside of the window add up to. A fact comes in at its time and goes out when it is too old."""

    def __init__(self) -> None:
        self.worth = 0
        self._names: Counter[str] = Counter()

    @property
    def names(self) -> Collection[str]:
        """Each once."""
        return [name for name, count in self._names.items() if count > 0]

    def add(self, fact: Fact, sign: int = 1) -> None:
        """Let a fact in, or out (-1)."""
        self.worth += sign * fact.worth
        for name in fact.names:
            self._names[name] += sign


Check = Callable[[Tally], bool]


def facts(field: Field, within: timedelta | None, customer: Customer, now: datetime, history: History) -> list[Fact]:
    """What may count for the field now or later."""
    if field.source == "events":
        return [Fact(at) for at in history.events.get(field.event, ())]
    last = customer.stats.last_order_at
    # Most customers are answered by their record: no order, or none for so long. Then nobody reads the orders.
    if last is None or (within is not None and now - last > within):
        return []
    if field.source == "orders":
        return [Fact(one.at) for one in history.purchases]
    if field.source == "spent":
        return [Fact(one.at, one.spent) for one in history.purchases]
    return [Fact(one.at, 1, one.categories if field.source == "categories" else one.skus) for one in history.purchases]


def tally(found: Sequence[Fact], within: timedelta | None, now: datetime) -> Tally:
    """What is inside of the window now."""
    inside = Tally()
    for fact in found:
        if fact.at <= now and (within is None or now - fact.at <= within):
            inside.add(fact)
    return inside


def _moves(found: Sequence[Fact], within: timedelta | None, now: datetime) -> list[tuple[datetime, int, Fact]]:
    """Each time after now at which a fact comes in (1) or goes out (-1), in order."""
    moves = [(fact.at, 1, fact) for fact in found if fact.at > now]
    if within is not None:
        gone = [(fact.at + within + _INSTANT, -1, fact) for fact in found]
        moves += [move for move in gone if move[0] > now]
    return sorted(moves, key=_moment)


def _moment(move: tuple[datetime, int, Fact]) -> datetime:
    return move[0]


def window_test(field: Field, within: timedelta | None, check: Check) -> Test:
    """What the field's source holds in the window passes the check."""

    def holds(customer: Customer, now: datetime, history: History) -> bool:
        return check(tally(facts(field, within, customer, now, history), within, now))

    def flip(customer: Customer, now: datetime, history: History) -> datetime | None:
        found = facts(field, within, customer, now, history)
        inside = tally(found, within, now)
        answer = check(inside)
        for at, together in groupby(_moves(found, within, now), key=_moment):
            for _, sign, fact in together:
                inside.add(fact, sign)
            if check(inside) is not answer:
                return at
        return None

    return Test(
        code=lambda writer: writer.call(holds, writer.customer, writer.now, writer.history),
        flip=flip,
        needs_history=True,
    )


def found_in(field: Field, within: timedelta | None, customer: Customer, now: datetime, history: History) -> Any:
    """What an explanation shows: the number, or the names in order."""
    inside = tally(facts(field, within, customer, now, history), within, now)
    return inside.worth if field.kind == "number" else sorted(inside.names)
