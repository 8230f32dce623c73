"""How many senders may be at work at once: as many as the rate keeps busy; the others come back later, one by one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.batches import BATCH_SIZE
from chalicelib.domain.pace import REACH, PaceState

_WIDE, _TIGHT = 3.0, 1.2  # times the mean call
_CONTENDED = timedelta(seconds=2)  # with more work ahead than this, a slot that is missed is missed by all
_PREPARING = timedelta(seconds=3)  # reading, claiming, rendering: meanwhile others must keep the rate busy
# Whoever is sent away comes back a little earlier than the rate says, since some people of a batch get no mail.
_EAGER = 0.8
_SOONEST, _LATEST = timedelta(seconds=1), timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class SentAway:
    """A sender may not begin now."""

    delay: timedelta | None  # before its message comes again; None: the feeder brings it once the account may send


def apart(state: PaceState, now: datetime) -> timedelta | None:
    """How far apart a sender that makes one call per mail needs its slots; None: one call takes many mails.

    Where many senders share the rate, so far that even a slow call does not miss the next slot: others have the slots
    between. A lonely one goes as fast as its calls.
    """
    if state.together > 1:
        return None
    contended = state.line_at is not None and state.line_at > now + _CONTENDED
    return timedelta(seconds=state.call_seconds * (_WIDE if contended else _TIGHT))


def let_in(state: PaceState, now: datetime, mails: int) -> tuple[SentAway | None, PaceState]:
    """Whether a sender may begin with so many mails; None: it may.

    Those who were let in are in a line that moves on at the rate (GCRA over whole batches). A sender that was sent away
    has its own moment to come back, so that not all come at once.
    """
    if state.beats is None:
        return None, state
    need = mails * state.beats.pace
    start = max(state.line_at or now, now)
    enough = now + _ahead(state)
    if start <= enough:
        return None, replace(state, line_at=start + need)
    wake = min(max(state.wake_at or now, now + (start - enough), now + _SOONEST), now + _LATEST)
    return SentAway(wake - now), replace(state, wake_at=wake + _EAGER * need)


def let_go(state: PaceState, mails: int) -> PaceState:
    """So many mails of a sender that was let in will not go: the line moves up."""
    if state.beats is None or state.line_at is None:
        return state
    return replace(state, line_at=state.line_at - mails * state.beats.pace)


def _ahead(state: PaceState) -> timedelta:
    """Work that must be in hand so that the rate is used: one after the other, a batch takes its sender so long."""
    batch = BATCH_SIZE * timedelta(seconds=state.call_seconds * _WIDE) if state.together == 1 else REACH["marketing"]
    return batch + _PREPARING
