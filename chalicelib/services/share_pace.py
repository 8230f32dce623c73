"""Use case: read and change what all senders know together: the account's limits, its slots, who may begin."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from chalicelib.domain.admission import SentAway, let_in
from chalicelib.domain.bulk_calls import MOST_ENTRIES
from chalicelib.domain.messages import Stream
from chalicelib.domain.pace import PaceState, after_reading, held, is_stale, why_waiting
from chalicelib.domain.quotas import HoldReason
from chalicelib.errors import Busy
from chalicelib.ports import App

_TRIES = 30
_PAUSE = 0.02  # seconds, after the first tries
_SOON = timedelta(seconds=5)
T = TypeVar("T")


def mails_a_call(*, bulk: bool) -> int:
    """How many mails one call to SES takes, on the road that the shop has chosen."""
    return MOST_ENTRIES if bulk else 1


def change_pace(app: App, change: Callable[[PaceState], tuple[T, PaceState]], together: int | None = None) -> T:
    """Apply `change` to what stands now; it runs again where somebody else was faster.

    Raises:
        Busy: others were faster all the time, or SES has never told its limits.
    """
    for number in range(_TRIES):
        state = current_pace(app, together)
        answer, after = change(state)
        if after == state or app.pace.save(after):
            return answer
        app.clock.sleep(_PAUSE * (number // 3))
    raise Busy(f"the pace of sending: others changed it {_TRIES} times meanwhile; nothing was taken, try again")


def current_pace(app: App, together: int | None = None) -> PaceState:
    """What stands now; SES is asked for its limits by one of all senders once a minute.

    Senders say how many mails a call of theirs takes (`together`); for others it stays as it is. Where SES does not
    answer, what it said before holds on: a throttled question must not stop the mails.

    Raises:
        Busy: SES has never told its limits, and does not do so now.
    """
    state, now = app.pace.load(), app.clock.real()
    if not is_stale(state, now, together or state.together):
        return state
    if state.read_at is not None and not app.pace.save(replace(state, read_at=now)):
        return app.pace.load()  # somebody else asks
    try:
        quota = app.mailer.quota()
    except Busy:
        if state.read_at is None:
            raise
        return app.pace.load()
    for _ in range(_TRIES):
        state = app.pace.load()
        after = after_reading(state, quota, app.clock.real(), together or state.together)
        if app.pace.save(after):
            break
    return app.pace.load()


def admit(app: App, stream: Stream, mails: int, together: int | None = None) -> SentAway | None:
    """None: a sender may begin with so many mails. Transactional mail stands in no line."""

    def change(state: PaceState) -> tuple[SentAway | None, PaceState]:
        now = app.clock.real()
        if why_waiting(state, stream, now):
            return SentAway(None), state
        return let_in(state, now, mails) if stream == "marketing" else (None, state)

    try:
        return change_pace(app, change, together)
    except Busy:
        return SentAway(_SOON)


def why_all_wait(app: App, stream: Stream) -> HoldReason | None:
    """Why no mail of a stream may go at this moment, whatever the rate; None: it may."""
    return why_waiting(app.pace.load(), stream, app.clock.real())


def hold_all(app: App, reason: HoldReason) -> None:
    """SES refuses every mail: nobody tries for a while."""
    with suppress(Busy):  # the next sender meets the same refusal
        change_pace(app, lambda state: (None, held(state, reason, app.clock.real())))
