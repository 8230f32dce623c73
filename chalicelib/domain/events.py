"""What an event is: any other fact about a customer that the shop's systems tell, with its own idempotency key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from re import compile as compile_pattern
from typing import Any

from chalicelib.domain.dates import parse_instant
from chalicelib.domain.reading import Faults, Fields
from chalicelib.domain.texts import one_line

Scalar = str | int | float | bool

MAX_ID = 200  # characters of an event's id, a customer's id
MAX_PROPERTIES = 50
MAX_TEXT = 500  # characters of one property
_NAME = compile_pattern(r"[a-z][a-z0-9_.-]{0,63}")
_AHEAD = timedelta(days=1)  # clocks differ, and days begin earlier in the east


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact that happened to one customer at one time."""

    event_id: str  # the shop's own; the same one again is the same fact
    customer_id: str
    name: str  # "viewed-product"
    at: datetime  # aware UTC
    properties: Mapping[str, Scalar] = field(default_factory=dict)


def event_from_fields(value: Any, now: datetime) -> Event:
    """Read the body of `POST /v1/events`.

    Raises:
        MalformedRequest: a wrong type. InvalidInput: a value that is not allowed, a time in the future among them.
    """
    faults = Faults()
    fields = Fields(value, "", faults)
    fields.needed("event_id", "customer_id", "name", "at")
    event = Event(
        event_id=fields.parsed("event_id", _id, ""),
        customer_id=fields.parsed("customer_id", _id, ""),
        name=fields.parsed("name", event_name, ""),
        at=fields.parsed("at", lambda at: _past(at, now), now),
        properties=fields.parsed("properties", _properties, {}),
    )
    fields.done()
    faults.refuse("The event")
    return event


def event_name(value: Any) -> str:
    """The name of a kind of event. Raises: ValueError, TypeError."""
    if not isinstance(value, str):
        raise TypeError("must be a text")
    if not _NAME.fullmatch(value):
        raise ValueError(f"{value[:40]!r} must be 1 to 64 of a-z, 0-9, '_', '.', '-', and begin with a letter")
    return value


def _id(value: Any) -> str:
    return one_line(value, MAX_ID)


def _past(value: Any, now: datetime) -> datetime:
    at = parse_instant(value)
    if at > now + _AHEAD:
        raise ValueError(f"{value!r} lies in the future; an event has happened")
    return at


def _properties(value: Any) -> dict[str, Scalar]:
    if not isinstance(value, Mapping) or len(value) > MAX_PROPERTIES:
        raise TypeError(f"must be an object of at most {MAX_PROPERTIES} texts, numbers and truth values")
    return {one_line(name, 100): _property(name, found) for name, found in value.items() if found is not None}


def _property(name: str, value: Any) -> Scalar:
    if isinstance(value, str):
        return one_line(value, MAX_TEXT)
    if isinstance(value, bool | int | float):
        return value
    raise TypeError(f"{name[:40]!r} must be a text, a number or a truth value")
