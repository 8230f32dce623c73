"""The machine's clock and its source of unguessable ids, behind their ports."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Aware UTC."""
        return self.real()

    def real(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place that reads the clock

    def sleep(self, seconds: float) -> None:
        """Wait; nothing for zero or less."""
        if seconds > 0:
            time.sleep(seconds)


class OffsetClock(SystemClock):
    """The machine's time plus the seconds that a file names; a missing file is no offset.

    A local stack moves the service's time by writing the file, so it is read at each call.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """Aware UTC, shifted."""
        return self.real() + timedelta(seconds=self._offset())

    def _offset(self) -> float:
        try:
            return float(self._file.read_text().strip() or 0)
        except FileNotFoundError:
            return 0.0


class RandomIds:
    """Ids from the operating system's secure source."""

    def new(self) -> str:
        """22 URL-safe characters, 128 bits."""
        return secrets.token_urlsafe(16)
