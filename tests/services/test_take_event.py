"""One event through the API: idempotent by its id within its customer, refused with every wrong field named."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.domain.customers import Customer
from chalicelib.errors import HabitueError, IdempotencyMismatch, InvalidInput
from chalicelib.ports import App
from chalicelib.services.customer_timeline import customer_timeline
from chalicelib.services.take_event import take_event
from tests.fakes import NOON, make_app

TOLD = {
    "event_id": "e-1",
    "customer_id": "ann",
    "name": "viewed-product",
    "at": "2026-11-22T12:00:00+01:00",
    "properties": {"sku": "tea", "pieces": 2},
}


@pytest.fixture
def app() -> App:
    return make_app()


def test_an_event_is_kept_and_its_unknown_customer_created_without_an_address(app):
    event, outcome = take_event(app, TOLD)

    assert outcome == "created"
    assert (event.at, event.properties) == (NOON - timedelta(hours=1), {"sku": "tea", "pieces": 2})
    assert app.events.of("ann") == [event]
    assert app.customers.get("ann") == Customer(id="ann", revision=1)


def test_the_same_event_again_changes_nothing(app):
    """E11: also where the same time is written with another offset."""
    take_event(app, TOLD)
    before = app.customers.get("ann")

    _, outcome = take_event(app, TOLD | {"at": "2026-11-22T11:00:00Z"})

    assert outcome == "unchanged"
    assert len(app.events.of("ann")) == 1
    assert app.customers.get("ann") == before


@pytest.mark.parametrize("change", [{"name": "bought"}, {"at": "2026-11-22T11:00:01Z"}, {"properties": {}}])
def test_the_same_id_with_another_fact_is_refused_and_changes_nothing(app, change):
    """Invariant 5."""
    event, _ = take_event(app, TOLD)

    with pytest.raises(IdempotencyMismatch, match="Event 'e-1' of this customer is known with another name"):
        take_event(app, TOLD | change)

    assert app.events.of("ann") == [event]


def test_the_same_id_of_another_customer_is_another_event(app):
    take_event(app, TOLD)

    _, outcome = take_event(app, TOLD | {"customer_id": "bob", "name": "bought"})

    assert outcome == "created"
    assert [event.name for event in app.events.of("bob")] == ["bought"]
    assert [event.name for event in app.events.of("ann")] == ["viewed-product"]


def test_a_wrong_event_is_refused_and_nothing_is_kept(app):
    """F5."""
    with pytest.raises(InvalidInput, match="name"):
        take_event(app, TOLD | {"name": "Viewed"})
    with pytest.raises(HabitueError):
        take_event(app, ["e-1"])

    assert app.events.of("ann") == []
    assert app.customers.get("ann") is None


def test_of_many_at_once_one_is_created(app):
    """A1."""
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: take_event(app, TOLD)[1], range(24)))

    assert outcomes.count("created") == 1
    assert len(app.events.of("ann")) == 1


def test_events_stand_on_the_timeline_newest_first(app):
    take_event(app, TOLD)
    take_event(app, TOLD | {"event_id": "e-2", "at": "2026-11-22T11:30:00Z", "name": "asked"})

    found = customer_timeline(app, "ann")["items"]

    asked = {"kind": "event", "what": "asked", "because": "", "words": "", "ref": "e-2"}
    assert found[0] == {"at": "2026-11-22T11:30:00Z", **asked}
    assert [item["ref"] for item in found] == ["e-2", "e-1"]
    assert [item["ref"] for item in customer_timeline(app, "ann", limit=1)["items"]] == ["e-2"]
