"""When a local stack has nothing left to do: what to look at, and how to wait for it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from chalicelib.local.clock import LocalClock
from chalicelib.local.emulator import EmulatorState
from chalicelib.storage.batches import BatchesTable
from chalicelib.storage.customers import CustomersTable

PAUSE = 0.1
# Two looks that far apart must both find nothing, and no invocation between them: a record is for a moment in no
# queue, no stream and no function, while it goes from one to the next.
QUIET_SECONDS = 0.4
# What a sender handed back to wait for its slots is due again within seconds: that still counts as work.
SOON = timedelta(seconds=10)
TICK_EVERY = 1.0
Pending = dict[str, Any]


class Watched(Protocol):
    """What must be known of a stack to tell whether it is idle."""

    @property
    def clock(self) -> LocalClock:
        """The service's clock."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The functions' environment variables."""

    def state(self) -> EmulatorState:
        """What the local AWS still has to do."""

    def pending_events(self) -> int:
        """SES events that are on their way."""

    def tick(self) -> None:
        """Run the schedule's function."""

    def client(self, service: str) -> Any:
        """A boto3 client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Whether all is drained, and what is not: only what is left is named."""

    idle: bool
    pending: Pending


def wait_until_idle(stack: Watched, seconds: float) -> Idle:
    """Run the tick, wait until nothing is left to do, at most `seconds`; what is due meanwhile runs, too."""
    deadline = time.monotonic() + seconds
    stack.tick()
    ticked = time.monotonic()
    while True:
        pending, started = look(stack)
        if not pending:
            time.sleep(QUIET_SECONDS)
            again, started_since = look(stack)
            if not again and started == started_since:
                return Idle(idle=True, pending={})
            pending = again
        if time.monotonic() > deadline:
            return Idle(idle=not pending, pending=pending)
        if "due" in pending and time.monotonic() - ticked > TICK_EVERY:
            stack.tick()
            ticked = time.monotonic()
        time.sleep(PAUSE)


def look(stack: Watched) -> tuple[Pending, int]:
    """(what is left, by kind; the number of invocations since the start)."""
    events = stack.pending_events()  # first: an event that is delivered meanwhile shows in a queue or a function
    state = stack.state()
    found: Pending = {
        "ses_events": events,
        "queues": {name: count for name, count in state.queues.items() if count and not is_dead(name)},
        "streams": {name: count for name, count in state.streams.items() if count},
        "running": dict(state.running),
    }
    left = {kind: what for kind, what in found.items() if what}
    due = 0 if left else _due(stack)  # what is on its way goes first, and to look costs some queries
    return left | ({"due": due} if due else {}), state.started


def is_dead(queue: str) -> bool:
    """Whether this is a dead-letter queue: what lies there waits for a person, not for a function."""
    return "Dead-" in queue or queue.endswith("Dead")


def _due(stack: Watched) -> int:
    batches = BatchesTable(stack.client("dynamodb"), stack.environment["SENDS_TABLE"])
    customers = CustomersTable(stack.client("dynamodb"), stack.environment["CUSTOMERS_TABLE"])
    now = stack.clock.now()
    return len(batches.due(now + SOON, 1000)) + len(customers.due_to_flip(now, 1000))
