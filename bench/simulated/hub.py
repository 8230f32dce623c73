"""Time that only jumps, and many workers that take turns at it: each runs until it waits, then whoever is next."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Hub:
    """Runs what was spawned, in the order of simulated time. One thread: the same run each time."""

    def __init__(self) -> None:
        self.seconds = 0.0  # since START
        self._main = getcurrent()
        self._ready: list[tuple[float, int, greenlet]] = []
        self._count = 0

    def spawn(self, work: Callable[[], None], after: float = 0.0) -> None:
        """Begin `work` after so many seconds."""
        self._push(greenlet(work, parent=self._main), self.seconds + after)

    def sleep(self, seconds: float) -> None:
        """Called by a worker: go on after so many seconds; others run meanwhile."""
        self._push(getcurrent(), self.seconds + max(0.0, seconds))
        self._main.switch()

    def run(self, until: Callable[[], bool]) -> None:
        """Until this is so, or nobody is left."""
        while self._ready and not until():
            self.seconds, _, worker = heappop(self._ready)
            worker.switch()

    def _push(self, worker: greenlet, at: float) -> None:
        self._count += 1
        heappush(self._ready, (at, self._count, worker))


class HubClock:
    """`ports.Clock`: to sleep is a worker's own waiting."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def now(self) -> datetime:
        """As `real`."""
        return self.real()

    def real(self) -> datetime:
        """The simulated instant."""
        return START + timedelta(seconds=self._hub.seconds)

    def sleep(self, seconds: float) -> None:
        """Others run meanwhile; a machine wakes up a little late."""
        if seconds > 0:
            self._hub.sleep(seconds + 0.0004)
