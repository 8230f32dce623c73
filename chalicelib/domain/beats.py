"""How a second is cut into beats, and how many mails may go at each, so that no second gets more than the rate."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

# A mail arrives at SES within this after the instant that it was given: a late start (LATE), the way to SES, the
# difference of two clocks. A second of slots is longer than a second by that much, hence 98 % of the rate is used.
SPREAD = timedelta(milliseconds=20)
LATE = timedelta(milliseconds=8)  # a slot is lost when its mail cannot start by then
# So many beats a second at most, so that the counts of some seconds fit into a small item: of mails that a byte can
# count, or, where there are more of them, half as many beats of two bytes each.
_FINEST, _COARSER = 50, 25
_IN_A_BYTE = 250  # mails
_TENTH = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Beats:
    """The beats of one rate, numbered from 1970 on. All mails of a beat start at its beginning.

    Any `a_second` beats in a row have room for the rate and no more, and together they last one second and SPREAD. So
    whatever a sliding second sees, it sees of so many beats at most, and never more than the rate arrives in it.
    """

    rate: float  # recipients a second, above 0
    together: int  # mails that one call may take

    @property
    def whole(self) -> int:
        """Mails a second; a rate below one is one mail in a longer second."""
        return max(1, int(self.rate))

    @property
    def a_second(self) -> int:
        """Beats a second: so few that a call can be full, or so many that single calls are spread out."""
        most = _COARSER if self.is_wide else _FINEST
        calls = ceil(self.whole / self.together)
        return ceil(calls / ceil(calls / most)) if self.together > 1 else min(calls, most)

    @property
    def is_wide(self) -> bool:
        """Whether a byte is too small to count the mails of a beat."""
        return self.whole > _FINEST * _IN_A_BYTE

    @property
    def length(self) -> timedelta:
        """From one beat to the next."""
        second = max(_SECOND, _SECOND / self.rate) + SPREAD
        return ceil(second / _MICROSECOND / self.a_second) * _MICROSECOND

    @property
    def pace(self) -> timedelta:
        """What one mail takes of the time, on average."""
        return self.length * self.a_second / self.whole

    def start(self, beat: int) -> datetime:
        """When its mails start."""
        return _EPOCH + beat * self.length

    def at_or_after(self, instant: datetime) -> int:
        """The first beat that starts then or later."""
        return -((_EPOCH - instant) // self.length)

    def room(self, beat: int) -> int:
        """Mails of one beat."""
        return _share(beat, self.whole, self.a_second)

    def tenth(self, beat: int) -> int:
        """A tenth of it; of small beats, one mail of every tenth or so."""
        return _share(beat, self.whole, self.a_second * _TENTH)

    def between(self, earliest: datetime, latest: datetime) -> range:
        """The beats that start in this time, both ends counted."""
        return range(self.at_or_after(earliest), self.at_or_after(latest + _MICROSECOND))

    def apart(self, span: timedelta) -> int:
        """How many beats further one is that starts this much later, at least one."""
        return max(1, ceil(span / self.length))


def _share(beat: int, whole: int, parts: int) -> int:
    """What falls to one of `parts` beats in a row that share `whole` as evenly as whole numbers can."""
    place = beat % parts
    return (place + 1) * whole // parts - place * whole // parts
