"""When a stack counts as idle: nothing queued, unread, running, on its way or due, twice, with nothing in between."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.customers import Customer
from chalicelib.local.clock import LocalClock
from chalicelib.local.emulator import EmulatorState
from chalicelib.local.idle import Idle, is_dead, look, wait_until_idle
from chalicelib.storage import keys
from chalicelib.storage.customers import CustomersTable

NOW = datetime(2030, 1, 1, tzinfo=UTC)


class Watched:
    """A stack whose states are given one after the other; the last one stays."""

    def __init__(self, clock: LocalClock, dynamodb: Any, states: list[EmulatorState]) -> None:
        self.clock, self._dynamodb, self._states = clock, dynamodb, states
        self.events, self.ticks = 0, 0

    @property
    def environment(self) -> Mapping[str, str]:
        return {"SENDS_TABLE": "Sends", "CUSTOMERS_TABLE": "Customers"}

    def state(self) -> EmulatorState:
        return self._states.pop(0) if len(self._states) > 1 else self._states[0]

    def pending_events(self) -> int:
        return self.events

    def tick(self) -> None:
        self.ticks += 1

    def client(self, _service: str) -> Any:
        return self._dynamodb


def _state(what: Mapping[str, dict[str, int]] | None = None, started: int = 1) -> EmulatorState:
    return EmulatorState(**{"queues": {}, "streams": {}, "running": {}, **(what or {})}, started=started)


@pytest.fixture
def clock(tmp_path: Path) -> LocalClock:
    clock = LocalClock(tmp_path / "clock")
    clock.start_at(NOW)
    return clock


def test_a_quiet_stack_is_idle_after_one_tick(clock: LocalClock, dynamodb: Any) -> None:
    stack = Watched(clock, dynamodb, [_state()])

    assert wait_until_idle(stack, 5) == Idle(idle=True, pending={})
    assert stack.ticks == 1


@pytest.mark.parametrize(
    "what", [{"queues": {"PlanQueue-1": 2}}, {"streams": {"RefreshStatistics-1": 7}}, {"running": {"Plan-1": 1}}]
)
def test_what_is_left_is_named_and_the_stack_is_not_idle(
    clock: LocalClock, dynamodb: Any, what: dict[str, dict[str, int]]
) -> None:
    assert wait_until_idle(Watched(clock, dynamodb, [_state(what)]), 0.1) == Idle(idle=False, pending=what)


def test_events_on_their_way_are_left(clock: LocalClock, dynamodb: Any) -> None:
    stack = Watched(clock, dynamodb, [_state()])
    stack.events = 3

    assert wait_until_idle(stack, 0.1) == Idle(idle=False, pending={"ses_events": 3})


def test_an_invocation_between_two_quiet_looks_is_noticed(clock: LocalClock, dynamodb: Any) -> None:
    states = [_state(started=1), _state(started=2), _state(started=2)]
    stack = Watched(clock, dynamodb, states)

    assert wait_until_idle(stack, 5).idle
    assert len(states) == 1


def test_it_waits_until_the_last_message_is_gone(clock: LocalClock, dynamodb: Any) -> None:
    busy = _state({"queues": {"PlanQueue-1": 1}})
    states = [busy, busy, busy, _state()]

    assert wait_until_idle(Watched(clock, dynamodb, states), 5) == Idle(idle=True, pending={})
    assert len(states) == 1


def test_what_is_due_is_ticked_for_again_and_what_is_due_later_is_not_waited_for(
    clock: LocalClock, dynamodb: Any
) -> None:
    def put(batch: str, due: datetime) -> None:
        key = {name: {"S": value} for name, value in keys.batch("message", batch).items()}
        index = {"due_shard": {"S": keys.due_shard(keys.CAMPAIGNS, batch)}, "due_at": {"S": keys.instant(due)}}
        dynamodb.put_item(TableName="Sends", Item=key | index)

    put("now", NOW - timedelta(minutes=1))
    put("later", NOW + timedelta(hours=1))
    stack = Watched(clock, dynamodb, [_state()])

    assert look(stack)[0] == {"due": 1}
    assert wait_until_idle(stack, 1.5) == Idle(idle=False, pending={"due": 1})
    assert stack.ticks == 2


def test_a_customer_whose_moment_has_come_is_due(clock: LocalClock, dynamodb: Any) -> None:
    customers = CustomersTable(dynamodb, "Customers")
    customers.put(Customer(id="now", next_flip_at=NOW - timedelta(minutes=1)))
    customers.put(Customer(id="later", next_flip_at=NOW + timedelta(hours=1)))

    assert look(Watched(clock, dynamodb, [_state()]))[0] == {"due": 1}


def test_what_lies_in_a_dead_letter_queue_waits_for_a_person(clock: LocalClock, dynamodb: Any) -> None:
    stack = Watched(clock, dynamodb, [_state({"queues": {"habitue-local-PlanQueueDead-0A1B": 4}})])

    assert wait_until_idle(stack, 2) == Idle(idle=True, pending={})


@pytest.mark.parametrize(
    ("name", "dead"),
    [("habitue-local-AsyncDead-12", True), ("PlanQueueDead", True), ("habitue-local-PlanQueue-1", False)],
)
def test_a_dead_letter_queue_is_known_by_its_name(name: str, dead: bool) -> None:
    assert is_dead(name) is dead
