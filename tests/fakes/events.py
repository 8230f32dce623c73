"""Events in memory, obeying ports.Events."""

from collections.abc import Sequence
from threading import Lock

from chalicelib.domain.events import Event


class MemoryEvents:
    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Event] = {}
        self._lock = Lock()

    def create_many(self, events: Sequence[Event]) -> set[str]:
        with self._lock:
            there = {event.event_id for event in events if (event.customer_id, event.event_id) in self.items}
            for event in events:
                self.items.setdefault((event.customer_id, event.event_id), event)
            return there

    def get(self, customer_id: str, event_id: str) -> Event | None:
        return self.items.get((customer_id, event_id))

    def of(self, customer_id: str) -> list[Event]:
        found = [event for (owner, _), event in self.items.items() if owner == customer_id]
        return sorted(found, key=lambda event: (event.at, event.event_id))

    def delete(self, customer_id: str) -> None:
        with self._lock:
            for key in [key for key in self.items if key[0] == customer_id]:
                del self.items[key]
