"""What entering or leaving a segment is: a fact kept with the customer by the very write that changes the names.

So it happened exactly when the names changed, however often that write is tried, and nobody has to write it down
afterwards: whoever wants to hear of it reads the stream of customers, and writes nothing that a rule may ask for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

KEPT = 10  # the latest: a customer's record stays small


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One customer entered one segment, or left it."""

    at: datetime  # aware UTC, whole seconds
    segment: str
    entered: bool  # False: left


def moved(moves: tuple[Move, ...], before: Iterable[str], after: Iterable[str], at: datetime) -> tuple[Move, ...]:
    """The moves with those from one set of segments to the other, the latest last, `KEPT` at most."""
    old, new, second = set(before), set(after), at.replace(microsecond=0)
    fresh = [Move(at=second, segment=name, entered=name in new) for name in sorted(old ^ new)]
    return (*moves, *fresh)[-KEPT:]


def news(before: Iterable[Move], after: Iterable[Move]) -> list[Move]:
    """What one write added, by the moves before and after it: what a record of the stream of customers tells."""
    known = set(before)
    return [move for move in after if move not in known]
