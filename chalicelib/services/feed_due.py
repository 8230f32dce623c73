"""Use case: wake up planners and senders for all that is due. The tables are the truth, the queue only a wake-up."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib.domain.batches import BATCH_SIZE
from chalicelib.domain.feeding import AT_ONCE, NEVER, after_deaths, room_in_queue
from chalicelib.domain.messages import Batch, Message, Stream
from chalicelib.domain.pace import PaceState
from chalicelib.errors import Busy
from chalicelib.ports import App
from chalicelib.services.share_pace import current_pace
from chalicelib.services.wake_senders import AGAIN_AFTER, wake_in_turn, wake_up

MOST_AT_ONCE = 2500  # things a run, two minutes of 1,000 mails a second; the next run goes on
_LOT = 100  # batches that are put off before their senders are woken
AGAIN_WHILE_PAUSED = timedelta(minutes=15)
_FASTER = 2

logger = logging.getLogger(__name__)


def feed_due(app: App) -> int:
    """Queue what is due, the urgent first, each thing by one of several feeders; the count of what was queued.

    Of a stream no more is queued than two minutes of the rate; nothing while the account may not send.
    """
    now = app.clock.now()
    due = app.batches.due(now, MOST_AT_ONCE)
    to_plan = [message_id for message_id, batch_id in due if batch_id is None]
    planned = [one for one in to_plan if _may_plan(app, one, now)]
    if planned:
        app.queue.send("plan", [wake_up(message_id, None) for message_id in planned])
    waiting = [(message_id, batch_id) for message_id, batch_id in due if batch_id is not None]
    return len(planned) + (_Feeder(app, now).feed(waiting) if waiting else 0)


def _may_plan(app: App, message_id: str, now: datetime) -> bool:
    message = app.messages.get(message_id)
    if message is None:
        return False
    paused = message.state == "paused"
    return app.messages.postpone(message_id, now, now + _later(paused=paused)) and not paused


def _later(*, paused: bool) -> timedelta:
    return AGAIN_WHILE_PAUSED if paused else AGAIN_AFTER


class _Feeder:
    """One run over batches that are due."""

    def __init__(self, app: App, now: datetime) -> None:
        self._app = app
        self._now = now
        self._state = _pace(app)
        self._messages: dict[str, Message | None] = {}
        self._queued: dict[Stream, int] = {}
        self._ready: defaultdict[Stream, list[Batch]] = defaultdict(list)  # put off, not woken yet
        self._fed: Counter[Stream] = Counter()  # batches
        self._people: Counter[Stream] = Counter()

    def feed(self, due: Iterable[tuple[str, str]]) -> int:
        """Queue those that this feeder wins; how many."""
        for message_id, batch_id in due:
            message = self._message(message_id)
            if message is None:
                continue
            paused = message.state == "paused"
            if not paused and message.state != "cancelled" and not self._has_room(message.stream):
                continue
            batch = self._app.batches.postpone(message_id, batch_id, self._now, self._now + _later(paused=paused))
            if batch is not None and not paused and not self._given_up(batch, message):
                self._take(batch)
        for stream in list(self._ready):
            self._wake(stream)
        return sum(self._fed.values())

    def _take(self, batch: Batch) -> None:
        self._ready[batch.stream].append(batch)
        self._fed[batch.stream] += 1
        self._people[batch.stream] += len(batch.people)
        if len(self._ready[batch.stream]) == _LOT:
            self._wake(batch.stream)

    def _wake(self, stream: Stream) -> None:
        """Marketing twice as fast as the rate, for not everybody of a batch gets a mail; behind what waits already."""
        batches = self._ready.pop(stream)
        rate = self._state.quota.rate if self._state is not None else 0.0
        if stream == "transactional" or rate <= 0:
            wake_in_turn(self._app, batches, timedelta(0), timedelta(0))
            return
        apart = timedelta(seconds=self._people[stream] / self._fed[stream] / rate / _FASTER)
        before = self._queued.get(stream, 0) + self._fed[stream] - len(batches)
        wake_in_turn(self._app, batches, min(before * apart, AT_ONCE / _FASTER), apart)

    def _message(self, message_id: str) -> Message | None:
        if message_id not in self._messages:
            self._messages[message_id] = self._app.messages.get(message_id)
        return self._messages[message_id]

    def _has_room(self, stream: Stream) -> bool:
        """Whether the queue takes more. Those that wait in it are thought to be as large as those that come now."""
        if self._state is None:
            return False
        if stream not in self._queued:
            self._queued[stream] = self._app.queue.waiting(stream)
        people = self._people[stream]
        mean = people / self._fed[stream] if people else BATCH_SIZE
        return people + self._queued[stream] * mean < room_in_queue(self._state, stream, self._app.clock.real())

    def _given_up(self, batch: Batch, message: Message) -> bool:
        """A batch that killed its last senders waits longer each time, and is given up at last."""
        again = after_deaths(batch, message.max_lateness, self._now)
        if again is None:
            return False
        self._app.batches.postpone(batch.message_id, batch.id, self._now + AGAIN_AFTER, again)
        if again == NEVER:
            logger.error(
                "batch %s of %s is given up: %s attempts died, their cause is in the log; resume to try again",
                batch.id,
                batch.message_id,
                batch.deaths,
            )
        return again == NEVER


def _pace(app: App) -> PaceState | None:
    """None where SES has never told its limits: nothing is queued then."""
    try:
        return current_pace(app)
    except Busy as error:
        logger.warning("nothing is fed: %s", error.message)
        return None
