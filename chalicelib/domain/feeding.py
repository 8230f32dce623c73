"""How much work may wait in a queue, and when a batch that killed its senders is tried again, or no more."""

from datetime import UTC, datetime, timedelta

from chalicelib.domain.messages import Batch, Stream
from chalicelib.domain.pace import PaceState, why_waiting

AT_ONCE = timedelta(minutes=2)  # so much of the rate is queued at most: what comes later and is urgent waits no longer
GIVE_UP = 6  # attempts in a row that died: neither done nor handed back
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # until somebody resumes the campaign
_FIRST, _LAST = timedelta(minutes=5), timedelta(hours=4)


def room_in_queue(state: PaceState, stream: Stream, now: datetime) -> int:
    """How many people's batches may be queued, those that wait there counted; 0 while nothing may go."""
    if why_waiting(state, stream, now):
        return 0
    most = max(1, int(state.quota.rate * AT_ONCE.total_seconds()))
    return most if state.left is None else min(most, state.left - state.quota.kept_from(stream))


def after_deaths(batch: Batch, max_lateness: timedelta, now: datetime) -> datetime | None:
    """When to try again a batch whose last attempts died: later each time, at last never. None: none of them did.

    A person whose data break the sender must not be tried for ever; the message lies in the dead-letter queue. But an
    outage of some hours looks the same: given up is only what would be too late by now.
    """
    if batch.deaths == 0:
        return None
    if batch.deaths >= GIVE_UP and now > batch.due_at + max_lateness:
        return NEVER
    return now + min(_LAST, _FIRST * (1 << min(batch.deaths, GIVE_UP)))
