"""How all senders share the account's rate: each mail has a slot, and no sliding second has more slots than the rate.

One state is shared by all. What is decided about it stands here; whoever writes it does so under its revision.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.domain.beats import LATE, Beats
from chalicelib.domain.messages import Stream
from chalicelib.domain.quotas import HOLD, READ_AGAIN, Hold, HoldReason, Quota

LONGEST_WAIT = timedelta(seconds=5)  # a sender waits this long for its slots; later it hands the rest back
# So far ahead may slots be taken. Marketing reaches less far, so that transactional mail always finds some.
REACH: dict[Stream, timedelta] = {"marketing": timedelta(seconds=3), "transactional": LONGEST_WAIT}
LEAD = timedelta(milliseconds=30)  # from taking a slot to being ready for it: the write itself, the mark
_WAITING = timedelta(seconds=1)  # transactional mail whose slot is further away than this is said to wait
_NEAR = timedelta(milliseconds=400)  # a tenth that was left by one stream, and not taken by then, is anybody's
_FIRST_CALL = 0.08  # seconds that a call of SES may take as long as nobody has measured one
_SMOOTHING = 0.2  # share of a new measurement in the mean
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceState:
    """What all senders know together."""

    revision: int = 0
    quota: Quota = field(default_factory=lambda: Quota(rate=0.0, per_day=None, sent=0))
    read_at: datetime | None = None  # when SES told it
    left: int | None = None  # of the day's quota, less the slots taken since; None: no limit
    together: int = 1  # mails that one call may take
    first: int = 0  # number of the first beat in `used`
    used: tuple[int, ...] = ()  # slots taken, by beat
    urgent: tuple[int, ...] = ()  # of these by transactional mail; where it ends before `used`, none
    not_before: datetime | None = None  # no slot before this: beats of another rate are still in use
    waiting_until: datetime | None = None  # transactional mail waits for its slots until then
    line_at: datetime | None = None  # by then the work that was let in is done
    wake_at: datetime | None = None  # the next sender that is sent away comes back then
    call_seconds: float = _FIRST_CALL  # what a call of SES takes, smoothed
    hold: Hold | None = None

    @property
    def beats(self) -> Beats | None:
        """None: the account may not send at all."""
        return Beats(self.quota.rate, self.together) if self.quota.rate > 0 else None


def is_stale(state: PaceState, now: datetime, together: int) -> bool:
    """Whether the account must be asked again, or mails now go by other calls."""
    return state.read_at is None or now - state.read_at >= READ_AGAIN or state.together != together


def after_reading(state: PaceState, quota: Quota, now: datetime, together: int) -> PaceState:
    """The state once SES has told its limits. Slots from the past second on count as sent: SES knew of none."""
    beats = state.beats
    if beats is not None:
        state = _forget(state, beats, now)
    left = None if quota.left is None else max(0, quota.left - sum(state.used))
    stopped = state.hold if quota.allowed == state.quota.allowed else None  # it changed: what was said before is void
    state = replace(state, read_at=now, left=left, hold=stopped)
    if beats != Beats(quota.rate, together):
        in_use = beats.start(state.first + len(state.used)) + _SECOND if beats and state.used else state.not_before
        state = replace(state, first=0, used=(), urgent=(), not_before=in_use)
    state = replace(state, quota=quota, together=together)
    return state if quota.allowed else held(state, "account_paused", now)


def held(state: PaceState, reason: HoldReason, now: datetime) -> PaceState:
    """Nothing goes out for a while."""
    return replace(state, hold=Hold(reason=reason, until=now + HOLD))


def why_waiting(state: PaceState, stream: Stream, now: datetime) -> HoldReason | None:
    """Why no mail of this stream may go now, whatever the rate; None: it may."""
    if state.hold is not None and state.hold.until > now:
        return state.hold.reason
    if state.read_at is not None and state.quota.rate <= 0:
        return "account_paused"
    if state.left is not None and state.left <= state.quota.kept_from(stream):
        return "daily_quota"
    return None


def take(
    state: PaceState, now: datetime, wanted: int, stream: Stream, apart: timedelta | None
) -> tuple[list[datetime], PaceState]:
    """Reserve up to `wanted` slots, the first ones that are free within the stream's reach.

    Args:
        state: as it was read.
        now: the machine's time.
        wanted: mails that want to go.
        stream: each leaves a tenth of each beat to the other; marketing only while transactional mail waits.
        apart: from one slot to the next at least, as a sender needs that makes one call per mail; None: all slots are
            at one instant, for one call.

    Returns:
        The slots, oldest first (perhaps fewer than wanted, perhaps none), and the new state.
    """
    beats = state.beats
    if beats is None or why_waiting(state, stream, now):
        return [], state
    state, seen = _forget(state, beats, now), state
    if state.left is not None:
        wanted = min(wanted, state.left - state.quota.kept_from(stream))
    chosen = _choose(state, beats, now, wanted, stream, apart)
    slots = [beats.start(beat) for beat in chosen]
    if stream == "transactional" and (not slots or slots[-1] > now + _WAITING):
        state = replace(state, waiting_until=slots[-1] if slots else now + LONGEST_WAIT)
    if not slots:
        return [], replace(seen, waiting_until=state.waiting_until)
    left = None if state.left is None else state.left - len(chosen)
    state = replace(state, used=_counted(state.used, state.first, chosen), left=left)
    if stream == "transactional":
        state = replace(state, urgent=_counted(state.urgent, state.first, chosen))
    return slots, state


def _forget(state: PaceState, beats: Beats, now: datetime) -> PaceState:
    """Beats that were over a second ago need no count."""
    over = beats.at_or_after(now - _SECOND) - state.first
    if over <= 0:
        return state
    return replace(state, first=state.first + over, used=state.used[over:], urgent=state.urgent[over:])


def _choose(
    state: PaceState, beats: Beats, now: datetime, wanted: int, stream: Stream, apart: timedelta | None
) -> list[int]:
    """Numbers of beats, one for each slot."""
    earliest = max(now + LEAD, state.not_before or now)
    chosen: list[int] = []
    following = 0
    for beat in beats.between(earliest, now + REACH[stream]):
        if beat < following:
            continue
        free = min(_free(state, beats, beat, stream, now), wanted - len(chosen))
        if free > 0 and apart is None:
            return [beat] * free
        if free > 0 and apart is not None:
            chosen.append(beat)
            following = beat + beats.apart(apart)
    return chosen


def _free(state: PaceState, beats: Beats, beat: int, stream: Stream, now: datetime) -> int:
    """How many slots of a beat this stream may still take."""
    place = beat - state.first
    taken, urgent = _at(state.used, place), _at(state.urgent, place)
    free = beats.room(beat) - taken
    if beats.start(beat) <= now + _NEAR:
        return free
    if stream == "transactional":  # where a beat is one mail, the two leave different ones
        return min(free, beats.room(beat) - beats.tenth(beat + 1) - urgent)
    if state.waiting_until is not None and state.waiting_until > now:
        return min(free, beats.room(beat) - beats.tenth(beat) - (taken - urgent))
    return free


def _at(counts: Sequence[int], place: int) -> int:
    return counts[place] if 0 <= place < len(counts) else 0


def _counted(counts: Sequence[int], first: int, chosen: Sequence[int]) -> tuple[int, ...]:
    counted = list(counts) + [0] * (chosen[-1] - first + 1 - len(counts))
    for beat in chosen:
        counted[beat - first] += 1
    return tuple(counted)


def is_over(slot: datetime, now: datetime) -> bool:
    """Whether a mail that starts only now would arrive in a second that is not its own."""
    return now > slot + LATE


def with_call(state: PaceState, seconds: float) -> PaceState:
    """Take a measurement of one call into the mean."""
    return replace(state, call_seconds=round(state.call_seconds + _SMOOTHING * (seconds - state.call_seconds), 4))
