"""Knows how events reach their destinations: one background thread, in order, counted until they have arrived."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from chalicelib.local.ses.events import EVENT_TYPES, Event

MAX_BATCH = 500  # events handed to a batching publisher at once
MAX_RECORD_BYTES = 900_000  # Firehose takes 1,000 KiB: https://docs.aws.amazon.com/firehose/latest/dev/limits.html
ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDestination:
    """Where a configuration set publishes which events. Clicks are never published."""

    event_types: frozenset[str]  # of `events.EVENT_TYPES`, such as SEND, BOUNCE, RENDERING_FAILURE
    kind: Literal["sns", "firehose"]
    target: str  # topic ARN, or the name of the delivery stream

    def __post_init__(self) -> None:
        if unknown := self.event_types - EVENT_TYPES.keys():
            raise ValueError(f"unknown or unpublished event types {sorted(unknown)}; known: {sorted(EVENT_TYPES)}")


Publish = Callable[[EventDestination, Event], None]


@runtime_checkable
class BatchPublish(Protocol):
    """A publisher that prefers many events of one destination at once."""

    def many(self, destination: EventDestination, events: Sequence[Event]) -> None:
        """Publish `events` in order."""


class AwsPublisher:
    """Publishes by boto3: SNS one message per event, Firehose one record of JSON lines.

    Several events in one record give the object that Firehose's own buffering gives on AWS, where the emulator would
    write an object, and start a function, for each event.
    """

    def __init__(self, sns: Any, firehose: Any) -> None:
        self._sns, self._firehose = sns, firehose

    def __call__(self, destination: EventDestination, event: Event) -> None:
        """Publish one event."""
        self.many(destination, [event])

    def many(self, destination: EventDestination, events: Sequence[Event]) -> None:
        """Publish `events` in order."""
        lines = [json.dumps(event) for event in events]
        if destination.kind == "sns":
            for line in lines:
                self._sns.publish(
                    TopicArn=destination.target, Message=line, Subject="Amazon SES Email Event Notification"
                )
            return
        for record in _records(lines):
            self._firehose.put_record(DeliveryStreamName=destination.target, Record={"Data": record})


class EventQueue:
    """Events on their way. `pending` is exact: it falls only when an event was published or given up.

    A publisher that fails is tried again up to five times; then the event counts as failed, with its cause in `error`.
    """

    def __init__(self, publish: Publish, gather_seconds: float = 0.2) -> None:
        self._publish = publish
        self._gather = gather_seconds if isinstance(publish, BatchPublish) else 0.0
        self._waiting: deque[tuple[EventDestination, Event]] = deque()
        self._changed = threading.Condition()
        self._busy = 0
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.failed = 0
        self.error = ""

    @property
    def pending(self) -> int:
        """Events that are waiting or being published now."""
        with self._changed:
            return len(self._waiting) + self._busy

    def put(self, items: Sequence[tuple[EventDestination, Event]]) -> None:
        """Add events; those of one destination are published in this order."""
        if items:
            with self._changed:
                self._waiting.extend(items)
                self._changed.notify_all()

    def clear(self) -> None:
        """Drop what waits."""
        with self._changed:
            self._waiting.clear()
            self.failed, self.error = 0, ""

    def start(self) -> None:
        """Start publishing."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="ses-events", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Publish what waits for at most `seconds`, drop the rest, end the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._waiting and not self._busy, seconds)
            self._waiting.clear()
            self._changed.notify_all()
        if self._thread:
            self._thread.join(seconds)
            self._thread = None

    def _run(self) -> None:
        while batch := self._next():
            for destination in dict.fromkeys(destination for destination, _ in batch):
                self._deliver(destination, [event for target, event in batch if target == destination])

    def _next(self) -> list[tuple[EventDestination, Event]]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._gather and not self._stopping and self._waiting:
                self._changed.wait_for(lambda: len(self._waiting) >= MAX_BATCH or self._stopping, self._gather)
            self._busy = min(len(self._waiting), MAX_BATCH)
            return [self._waiting.popleft() for _ in range(self._busy)]

    def _deliver(self, destination: EventDestination, events: list[Event]) -> None:
        if isinstance(self._publish, BatchPublish):
            publish = self._publish
            self._attempt(lambda: publish.many(destination, events), len(events))
            return
        for event in events:
            self._attempt(lambda event=event: self._publish(destination, event), 1)  # type: ignore[misc]

    def _attempt(self, call: Callable[[], None], events: int) -> None:
        error = _tried(call, lambda: self._stopping)
        with self._changed:
            self._busy -= events
            if error:
                self.failed, self.error = self.failed + events, error
            self._changed.notify_all()


def _tried(call: Callable[[], None], stopping: Callable[[], bool]) -> str:
    error = ""
    for attempt in range(ATTEMPTS):
        try:
            call()
        except Exception as failure:  # noqa: BLE001 - any failure of a destination is counted and shown, never lost
            error = f"{type(failure).__name__}: {failure}"
            if stopping():
                break
            time.sleep(0.05 * 2**attempt)
        else:
            return ""
    return error


def _records(lines: list[str]) -> list[bytes]:
    records, size = [bytearray()], 0
    for line in lines:
        data = line.encode() + b"\n"
        if size and size + len(data) > MAX_RECORD_BYTES:
            records.append(bytearray())
            size = 0
        records[-1] += data
        size += len(data)
    return [bytes(record) for record in records]
