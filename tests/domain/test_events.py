"""What may be said of an event, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.events import Event, event_from_fields
from chalicelib.errors import InvalidInput, MalformedRequest

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOLD = {"event_id": "e-1", "customer_id": "ann", "name": "viewed-product", "at": "2026-11-22T13:00:00+01:00"}


def test_an_event_is_read_with_its_properties() -> None:
    told = {**TOLD, "properties": {"sku": "CB-101", "pieces": 2, "gift": False, "price": 4.5, "nothing": None}}

    assert event_from_fields(told, NOW) == Event(
        event_id="e-1",
        customer_id="ann",
        name="viewed-product",
        at=NOW,
        properties={"sku": "CB-101", "pieces": 2, "gift": False, "price": 4.5},
    )


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "Viewed", InvalidInput),
        ("name", "x" * 65, InvalidInput),
        ("name", 7, MalformedRequest),
        ("event_id", "a\nb", InvalidInput),
        ("event_id", None, InvalidInput),
        ("at", "2026-11-24T00:00:00Z", InvalidInput),
        ("at", "yesterday", InvalidInput),
        ("properties", {"a": []}, MalformedRequest),
        ("properties", {"a": "b" * 501}, InvalidInput),
        ("properties", dict.fromkeys(map(str, range(51)), 1), MalformedRequest),
        ("price", 1, InvalidInput),
    ],
)
def test_what_is_wrong_is_named_at_its_place(field: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=field):
        event_from_fields({**TOLD, field: value}, NOW)


def test_a_clock_that_is_ahead_by_hours_is_forgiven() -> None:
    told = event_from_fields({**TOLD, "at": "2026-11-23T11:59:00Z"}, NOW)

    assert told.at == NOW + timedelta(hours=23, minutes=59)
