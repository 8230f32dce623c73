"""The contract of ports.Events, run over the memory fake and over the table on MiniStack."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.events import Event
from chalicelib.ports import Events
from chalicelib.storage.events import EventsTable
from tests.fakes.events import MemoryEvents

NOON = datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC)


@pytest.fixture(params=["memory", "ministack"])
def events(request: pytest.FixtureRequest) -> Events:
    if request.param == "memory":
        return MemoryEvents()
    ministack = request.getfixturevalue("ministack")
    return EventsTable(ministack.client("dynamodb"), ministack.tables["Orders"])


def event(event_id: str = "1", customer_id: str = "ann", minutes: int = 0, **fields: Any) -> Event:
    values: dict[str, Any] = {"name": "viewed", "at": NOON + timedelta(minutes=minutes), **fields}
    return Event(event_id=event_id, customer_id=customer_id, **values)


def test_an_event_comes_back_as_it_was_written(events: Events) -> None:
    told = event(properties={"sku": "tea", "price": 4.5, "pieces": 2, "new": True})

    assert events.create_many([told]) == set()
    assert events.of("ann") == [told]
    assert events.of("bob") == []
    assert events.get("ann", "1") == told
    assert events.get("ann", "2") is None


def test_the_same_event_again_changes_nothing(events: Events) -> None:
    events.create_many([event()])

    assert events.create_many([event(name="other"), event("2")]) == {"1"}
    assert events.of("ann") == [event(), event("2")]


def test_events_come_by_time_then_id(events: Events) -> None:
    told = [event("b"), event("c", minutes=-5), event("a")]

    events.create_many(told)

    assert [each.event_id for each in events.of("ann")] == ["c", "a", "b"]


def test_all_events_of_one_customer_are_taken_away(events: Events) -> None:
    events.create_many([event(str(number)) for number in range(60)] + [event("1", "bob")])

    events.delete("ann")
    events.delete("nobody")

    assert events.of("ann") == []
    assert [each.event_id for each in events.of("bob")] == ["1"]
