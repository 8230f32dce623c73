"""Messages, batches, rows and the pace counter in memory, obeying the ports under one lock."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock

from chalicelib.domain.messages import Batch, Lease, Mark, Message, Row, RowKey
from chalicelib.domain.pace import PaceState
from chalicelib.domain.rows import forward
from chalicelib.errors import StaleRevision
from chalicelib.storage import keys


class MemoryDue:
    """What is due, shared by messages and batches as the index of one table is; and what one transaction reaches."""

    def __init__(self) -> None:
        self.at: dict[tuple[str, str | None], datetime] = {}
        self.batches: dict[tuple[str, str], Batch] = {}
        self.rows: dict[RowKey, Row] = {}
        self.lock = RLock()

    def postpone(self, key: tuple[str, str | None], now: datetime, until: datetime) -> bool:
        with self.lock:
            if key not in self.at or self.at[key] > now:
                return False
            self.at[key] = until
            return True


class MemoryMessages:
    def __init__(self, due: MemoryDue) -> None:
        self._due = due
        self.items: dict[str, Message] = {}

    def get(self, message_id: str) -> Message | None:
        return self.items.get(message_id)

    def create(self, message: Message, due_at: datetime | None) -> bool:
        with self._due.lock:
            if message.id in self.items:
                return False
            self.items[message.id] = replace(message, revision=1)
            if due_at is not None:
                self._due.at[message.id, None] = due_at
            return True

    def move(self, message: Message, due_at: datetime | None = None) -> Message:
        with self._due.lock:
            stored = self.items.get(message.id)
            if stored is None or stored.revision != message.revision:
                raise StaleRevision(f"message {message.id!r} was changed meanwhile; read it again")
            moved = replace(message, revision=message.revision + 1, moved_at=stored.moved_at)
            self.items[message.id] = moved
            if due_at is None:
                self._due.at.pop((message.id, None), None)
            else:
                self._due.at[message.id, None] = due_at
            return moved

    def beat(self, message_id: str, at: datetime) -> None:
        with self._due.lock:
            if message_id in self.items:
                self.items[message_id] = replace(self.items[message_id], moved_at=at)

    def postpone(self, message_id: str, now: datetime, until: datetime) -> bool:
        return self._due.postpone((message_id, None), now, until)

    def rename(self, message: Message, person: str, stand_in: str) -> None:
        with self._due.lock:
            stored = self.items.get(message.id)
            if stored is None or stored.revision != message.revision:
                raise StaleRevision(f"message {message.id!r} was changed meanwhile; read it again")
            people = _with(message.audience.people, person, stand_in)
            audience = replace(message.audience, people=people)
            self.items[message.id] = replace(message, audience=audience, revision=message.revision + 1)

    def of(self, source: str, name: str) -> list[Message]:
        return [self.items[id_] for id_ in sorted(self.items) if id_.split(".")[:2] == [source, name]]


class MemoryBatches:
    def __init__(self, due: MemoryDue) -> None:
        self._due = due
        self.items = due.batches

    def get(self, message_id: str, batch_id: str) -> Batch | None:
        return self.items.get((message_id, batch_id))

    def of(self, message_id: str, *, after: str | None = None) -> Iterator[Batch]:
        found = [batch for (owner, _), batch in sorted(self.items.items()) if owner == message_id]
        return iter([batch for batch in found if batch.id > (after or "")])

    def create_many(self, batches: Sequence[Batch]) -> None:
        with self._due.lock:
            for batch in batches:
                if (batch.message_id, batch.id) not in self.items:
                    self.items[batch.message_id, batch.id] = batch
                    self._due.at[batch.message_id, batch.id] = batch.due_at

    def due(self, now: datetime, limit: int) -> list[tuple[str, str | None]]:
        with self._due.lock:
            ready = sorted(
                (self._lane(owner, batch), at, owner, batch or "")
                for (owner, batch), at in self._due.at.items()
                if at <= now
            )
        return [(owner, batch or None) for _, _, owner, batch in ready[:limit]]

    def _lane(self, owner: str, batch: str | None) -> int:
        lane = keys.PLANNING if batch is None else keys.lane(owner, self.items[owner, batch].stream)
        return list(keys.LANES).index(lane)

    def to_plan(self) -> list[str]:
        return sorted(owner for owner, batch in self._due.at if batch is None)

    def undone(self) -> Iterator[Batch]:
        return iter([self.items[key[0], key[1]] for key in sorted(self._due.at, key=str) if key[1] is not None])

    def rename(self, batch: Batch, person: str, stand_in: str, row: Row | None, now: datetime) -> bool:
        with self._due.lock:
            stored = self.items[batch.message_id, batch.id]
            lives = stored.lease is not None and stored.lease.until >= now
            old = (batch.message_id, batch.id, person)
            if lives or (stored.people, stored.attempts) != (batch.people, batch.attempts):
                return False
            if row is not None and old not in self._due.rows:
                return False
            mark = stored.in_flight and replace(
                stored.in_flight, people=_with(stored.in_flight.people, person, stand_in)
            )
            self._store(replace(stored, people=_with(stored.people, person, stand_in), lease=None, in_flight=mark))
            if row is not None:
                del self._due.rows[old]
                self._due.rows[row.key] = row
            return True

    def postpone(self, message_id: str, batch_id: str, now: datetime, until: datetime) -> Batch | None:
        return self.items[message_id, batch_id] if self._due.postpone((message_id, batch_id), now, until) else None

    def revive(self, message_id: str, batch_id: str, now: datetime) -> None:
        with self._due.lock:
            if (message_id, batch_id) in self._due.at:
                self._due.at[message_id, batch_id] = now
                self._store(replace(self.items[message_id, batch_id], deaths=0))

    def lease(self, batch: Batch, attempt: str, now: datetime, until: datetime) -> Batch | None:
        with self._due.lock:
            stored = self.items.get((batch.message_id, batch.id))
            if stored is None:
                return None
            held = stored.lease and stored.lease.until >= now and stored.lease.attempt != attempt
            if stored.done or held:
                return None
            return self._store(
                replace(
                    stored,
                    lease=Lease(attempt=attempt, until=until),
                    attempts=stored.attempts + 1,
                    deaths=stored.deaths + 1,
                )
            )

    def mark(self, batch: Batch, people: Sequence[tuple[str, str]]) -> None:
        names, boxes = tuple(name for name, _ in people), tuple(box for _, box in people)
        self._change(batch, in_flight=Mark(attempt=_attempt(batch), people=names, mailboxes=boxes))

    def finish(self, batch: Batch) -> None:
        self._change(batch, done=True, lease=None, in_flight=None, deaths=0)
        self._due.at.pop((batch.message_id, batch.id), None)

    def hand_back(self, batch: Batch, due_at: datetime) -> None:
        self._change(batch, lease=None, in_flight=None, deaths=0)
        self._due.at[batch.message_id, batch.id] = due_at

    def count_click(self, message_id: str, batch_id: str, *, by_machine: bool = False) -> None:
        with self._due.lock:
            stored = self.items.get((message_id, batch_id))
            if stored is not None and by_machine:
                self._store(replace(stored, machine_clicks=stored.machine_clicks + 1))
            elif stored is not None:
                self._store(replace(stored, clicks=stored.clicks + 1))

    def _change(self, batch: Batch, **changes: object) -> None:
        with self._due.lock:
            stored = self.items[batch.message_id, batch.id]
            if stored.lease is None or stored.lease.attempt != _attempt(batch):
                raise StaleRevision(f"batch {batch.id!r} of {batch.message_id!r}: another attempt has taken it over")
            self._store(replace(stored, **changes))  # type: ignore[arg-type]

    def _store(self, batch: Batch) -> Batch:
        self.items[batch.message_id, batch.id] = batch
        return batch


def _with(people: Sequence[str], person: str, stand_in: str) -> tuple[str, ...]:
    return tuple(stand_in if one == person else one for one in people)


def _attempt(batch: Batch) -> str:
    assert batch.lease is not None
    return batch.lease.attempt


class MemoryRows:
    def __init__(self, due: MemoryDue | None = None) -> None:
        self._due = due or MemoryDue()
        self._lock = self._due.lock
        self.items = self._due.rows

    def of(self, message_id: str, batch_id: str) -> dict[str, Row]:
        with self._lock:
            return {key[2]: row for key, row in self.items.items() if key[:2] == (message_id, batch_id)}

    def get(self, message_id: str, batch_id: str, customer_id: str) -> Row | None:
        return self.items.get((message_id, batch_id, customer_id))

    def get_many(self, keys: Sequence[RowKey]) -> dict[RowKey, Row]:
        return {key: self.items[key] for key in keys if key in self.items}

    def record(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.merge(row)

    def merge(self, row: Row) -> Row:
        with self._lock:
            self.items[row.key] = forward(self.items.get(row.key), row)
            return self.items[row.key]

    def add(self, row: Row) -> Row | None:
        with self._lock:
            return self.merge(row) if row.key in self.items else None

    def join(self, row: Row) -> bool:
        with self._lock:
            batch = self._due.batches.get((row.message_id, row.batch_id))
            if row.key in self.items or batch is None or row.customer_id not in batch.people:
                return False
            self.items[row.key] = row
            return True

    def delete(self, key: RowKey) -> None:
        with self._lock:
            self.items.pop(key, None)

    def keys_of(self, customer_id: str) -> list[RowKey]:
        return [
            row.key for row in sorted(self.items.values(), key=lambda row: row.at) if row.customer_id == customer_id
        ]


class MemoryPace:
    def __init__(self) -> None:
        self._lock = RLock()
        self.state = PaceState()

    def load(self) -> PaceState:
        return self.state

    def save(self, state: PaceState) -> bool:
        with self._lock:
            if state.revision != self.state.revision:
                return False
            self.state = replace(state, revision=state.revision + 1)
            return True
