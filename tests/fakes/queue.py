"""The work queues in memory, obeying ports.Queue."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any


class MemoryQueue:
    """Messages by queue, in order, as (body, delay)."""

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[dict[str, Any], timedelta]]] = {}

    def send(
        self,
        queue: str,
        bodies: Sequence[Mapping[str, Any]],
        delay: timedelta = timedelta(0),
        apart: timedelta = timedelta(0),
    ) -> None:
        # Through JSON, as SQS takes it.
        waiting = self.sent.setdefault(queue, [])
        waiting.extend((json.loads(json.dumps(body)), delay + place * apart) for place, body in enumerate(bodies))

    def waiting(self, queue: str) -> int:
        return len(self.sent.get(queue, ()))

    def take(self, queue: str) -> list[dict[str, Any]]:
        """The bodies that wait, which are then gone."""
        return [body for body, _ in self.sent.pop(queue, [])]
