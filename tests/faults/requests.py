"""Kills whoever makes a request of AWS, before it leaves or after it was answered: one level below the ports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.ports import Killed


@dataclass
class RequestFuse:
    """Counts a client's requests; at number `at` the process dies, before the request or after it. None: it lives."""

    client: Any
    at: int | None = None
    after: bool = False
    made: list[str] = field(default_factory=list)
    dead: bool = False

    def __enter__(self) -> "RequestFuse":
        self.client.meta.events.register("before-call.dynamodb", self._before)
        self.client.meta.events.register("after-call.dynamodb", self._after)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.meta.events.unregister("before-call.dynamodb", self._before)
        self.client.meta.events.unregister("after-call.dynamodb", self._after)

    def _before(self, model: Any, **_: Any) -> None:
        if not self.dead:
            self.made.append(model.name)
        if self.dead or (len(self.made) == self.at and not self.after):
            self._die("before")

    def _after(self, **_: Any) -> None:
        if self.dead or (len(self.made) == self.at and self.after):
            self._die("after")

    def _die(self, moment: str) -> None:
        self.dead = True
        raise Killed(f"{moment} request {self.at}: {self.made[-1]}")


def each_request_death(client: Any, work: Callable[[int], object]) -> Iterator[tuple[str, int]]:
    """Every way to die, N of N requests, before and after: (what happened, the number that `work` was given).

    Args:
        client: of DynamoDB.
        work: does the same with ids of its own for each number; 0 is the one that lives.
    """
    with RequestFuse(client) as alive:
        work(0)
    number = 0
    for at in range(1, len(alive.made) + 1):
        for after in (False, True):
            number += 1
            with RequestFuse(client, at, after) as fuse:
                try:
                    work(number)
                except Killed as death:
                    told = str(death)
                else:
                    raise AssertionError(f"request {at} of {alive.made} was never made")
            assert fuse.made == alive.made[:at], "each number makes the same requests"
            yield told, number
