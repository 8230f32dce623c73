"""A clock that stands still until it is told to move, and ids that count."""

from datetime import UTC, datetime, timedelta
from itertools import count

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FixedClock:
    """Business time and real time are moved apart by the test; sleeping moves both."""

    def __init__(self, now: datetime = NOON) -> None:
        self.business = now
        self.machine = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.business

    def real(self) -> datetime:
        return self.machine

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.slept.append(seconds)
            self.advance(timedelta(seconds=seconds))

    def advance(self, by: timedelta) -> None:
        self.business += by
        self.machine += by


class CountingIds:
    """id-0001, id-0002, ..."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self) -> str:
        return f"id-{next(self._numbers):04}"
