"""One sender's slots of the rate that all share: taken in lots, each used at its instant or lost."""

from datetime import datetime, timedelta

from chalicelib.domain.admission import apart, join_line
from chalicelib.domain.messages import Stream
from chalicelib.domain.pace import LONGEST_WAIT, REACH, PaceState, is_over, take, with_call
from chalicelib.domain.quotas import HoldReason
from chalicelib.errors import Busy
from chalicelib.ports import App
from chalicelib.services.share_pace import change_pace, why_all_wait

_LOOK_AGAIN = timedelta(seconds=0.4)  # for slots that come into reach
_LATE_TRIES = 10  # a machine so busy that it sleeps too long each time gets no mail out in time


class Slots:
    """How many mails may go, and when.

    First `take`: so many may be marked. Then `wait` before each call: so many may go in it, now.

    Args:
        app: the ports.
        stream: whose slots.
        together: mails that one call takes; with one, the slots of a lot lie apart as the calls need it.
        ready: mails that are to go, for the line of all senders (`domain.admission`).
    """

    def __init__(self, app: App, stream: Stream, together: int, ready: int = 0) -> None:
        self._app = app
        self._stream = stream
        self._together = together
        self._ready = ready
        self._won: list[datetime] = []
        self._called_at: datetime | None = None
        self._calls: list[float] = []  # seconds that each took, of this lot

    def take(self, wanted: int) -> int:
        """Have slots for at most so many mails, waiting at most LONGEST_WAIT for them; 0: none is near enough."""
        give_up = self._app.clock.real() + LONGEST_WAIT - REACH[self._stream]
        self._called()
        while True:
            self._won = [slot for slot in self._won if not is_over(slot, self._app.clock.real())]
            if not self._won:
                self._won = self._take(min(wanted, self._together) if self._together > 1 else wanted)
            if self._won or self._app.clock.real() + _LOOK_AGAIN > give_up or self.why_waiting():
                return min(wanted, len(self._won))
            self._app.clock.sleep(_LOOK_AGAIN.total_seconds())

    def wait(self, wanted: int) -> int:
        """Wait for the instant of the next slots; so many mails may go in one call now. 0: none is near enough.

        Whoever comes too late for its slots takes others.
        """
        for _ in range(_LATE_TRIES):
            if not self.take(wanted):
                return 0
            slot = self._won[0]
            going = min(wanted, self._together, self._won.count(slot))
            self._app.clock.sleep((slot - self._app.clock.real()).total_seconds())
            if not is_over(slot, self._app.clock.real()):
                # Of the slots of one instant none is left for a second call.
                self._won = [one for one in self._won if one != slot]
                self._called_at = self._app.clock.real()
                return going
        return 0

    def take_one_by_one(self, left: int) -> int:
        """As `take`, for mails that go one a call, whatever a call could take."""
        return self.take(left if self._together == 1 else 1)

    def wait_for_one(self, left: int) -> int:
        """Wait for the instant of one slot; `left` mails are still to go, this one counted. 0: none is near enough."""
        return self.wait(left if self._together == 1 else 1)

    def why_waiting(self) -> HoldReason | None:
        """Why no mail of the stream may go at all; None: it is only the rate."""
        return why_all_wait(self._app, self._stream)

    def _called(self) -> None:
        """The call that `wait` let go is over."""
        if self._called_at is not None:
            self._calls.append((self._app.clock.real() - self._called_at).total_seconds())
            self._called_at = None

    def _take(self, wanted: int) -> list[datetime]:
        ready, calls = self._ready, self._calls

        def change(state: PaceState) -> tuple[list[datetime], PaceState]:
            now = self._app.clock.real()
            state = join_line(state, now, ready)
            state = with_call(state, sum(calls) / len(calls)) if calls else state
            return take(state, now, wanted, self._stream, apart(state, now))

        try:
            won = change_pace(self._app, change, self._together)
        except Busy:
            return []
        self._ready, self._calls = 0, []
        return won
