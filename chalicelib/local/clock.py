"""The local stack's time: an offset to the machine's clock, kept in a file, that only ever grows."""

import os
import threading
from datetime import datetime, timedelta
from pathlib import Path

from chalicelib.errors import Conflict
from chalicelib.system import OffsetClock, SystemClock


class ClockMovedBack(Conflict):
    """The local clock only moves forward."""

    code = "clock_moved_back"

    def __init__(self, wanted: datetime, now: datetime) -> None:
        super().__init__(
            f"The local clock stands at {now.isoformat(timespec='seconds')}; {wanted.isoformat(timespec='seconds')} "
            "is earlier. It only moves forward: choose a later time, or start a fresh stack with `--now`."
        )


class LocalClock:
    """The service's clock of one local stack. The functions read the same file, once for each invocation.

    Args:
        file: holds the offset as seconds in decimal digits. What is there already is kept.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._clock = OffsetClock(file)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The service's time, aware UTC."""
        return self._clock.now()

    def move_to(self, wanted: datetime) -> timedelta:
        """Let the clock go on from `wanted` (aware). Returns the new offset. Raises ClockMovedBack."""
        with self._lock:
            now = self.now()
            if wanted < now:
                raise ClockMovedBack(wanted, now)
            return self._write(wanted)

    def start_at(self, wanted: datetime) -> timedelta:
        """Set the clock of a stack that has no data yet; here it may also stand in the past."""
        with self._lock:
            return self._write(wanted)

    def _write(self, wanted: datetime) -> timedelta:
        offset = wanted - SystemClock().real()
        new = self.file.with_suffix(".new")
        new.write_text(f"{offset.total_seconds():.6f}\n")
        os.replace(new, self.file)  # a reader sees the old offset or the new one, never half a number
        return offset
