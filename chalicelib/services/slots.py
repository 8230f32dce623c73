"""One sender's slots of the rate that all senders share: how many mails may go, and when."""

from datetime import datetime

from chalicelib.domain.pace import SLOT_LIFE
from chalicelib.ports import App

# Slots are won in lots that one sender uses up at once. Slow calls would let most of a large lot pass, and what is sent
# late would fall together with what others send in time; at low rates each mail wins its own slot.
_LOT_SECONDS = 0.025
_LARGEST_LOT = 5


class Slots:
    """First `take`: so many may be marked. Then `wait` before each call: so many may go in it, now.

    Args:
        app: the ports.
        rate: mails a second that the account allows.
        together: mails that one call takes.
    """

    def __init__(self, app: App, rate: float, together: int) -> None:
        self._app = app
        self._rate = rate
        self._together = together
        self._lot = max(1, min(_LARGEST_LOT, int(rate * _LOT_SECONDS))) if together == 1 else min(together, int(rate))
        self._won: list[datetime] = []

    def take(self, wanted: int) -> int:
        """Have slots that are not over, for at most so many mails; 0: none is near enough."""
        now = self._app.clock.real()
        self._won = [slot for slot in self._won if now - slot <= SLOT_LIFE]
        if not self._won:
            self._won = self._app.pace.take(min(self._lot, wanted), self._rate, now)
        return min(wanted, len(self._won))

    def wait(self, wanted: int) -> int:
        """Until so many of these mails may go in one call; 0: no slot is near enough."""
        going = min(self.take(wanted), self._together)
        if going:
            last = self._won[going - 1]
            del self._won[:going]
            self._app.clock.sleep((last - self._app.clock.real()).total_seconds())
        return going
