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
    """Whether a sender may begin with so many mails; None: it may, and nothing is changed until it joins the line.

    A sender that was sent away has its own moment to come back, so that not all come at once.
    """
    if state.beats is None or state.line_at is None or state.line_at <= now + _ahead(state):
        return None, state
    too_early = state.line_at - now - _ahead(state)
    wake = min(max(state.wake_at or now, now + too_early, now + _SOONEST), now + _LATEST)
    return SentAway(wake - now), replace(state, wake_at=wake + _EAGER * mails * state.beats.pace)


def join_line(state: PaceState, now: datetime, mails: int) -> PaceState:
    """So many mails are ready to go. The line moves on at the rate (GCRA over whole batches)."""
    if state.beats is None or not mails:
        return state
    return replace(state, line_at=max(state.line_at or now, now) + mails * state.beats.pace)


def _ahead(state: PaceState) -> timedelta:
    """Work that must be in hand so that the rate is used: one after the other, a batch takes its sender so long."""
    batch = BATCH_SIZE * timedelta(seconds=state.call_seconds * _WIDE) if state.together == 1 else REACH["marketing"]
    return batch + _PREPARING
