"""How a customer is read from the API's fields, merged over what is known."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.customers import Customer, type_of_attribute
from chalicelib.domain.dates import parse_day
from chalicelib.domain.texts import identifier, locale_name, one_line, time_zone_name
from chalicelib.errors import Detail, InvalidInput

MAX_INTERESTS = 50
MAX_ATTRIBUTES = 50
MAX_ATTRIBUTE = 500  # characters of a text
# Answers carry them; a client that sends back what it read must not be refused, and cannot change them.
READ_ONLY = ("id", "stats", "stage", "tier", "points", "segments")

_NOTHING_KNOWN = Customer(id="")
_Parse = Callable[[Any], Any]


def customer_id(value: Any) -> str:
    """The shop's own id of a customer. Raises: InvalidInput."""
    return identifier(value, "id")


def customer_from_fields(current: Customer, fields: Mapping[str, Any], *, latest: date) -> Customer:
    """The customer with the named fields changed; null clears one, an attribute that is null is taken away.

    `consent` is left to `domain.consent`; `mailbox` follows from `email` and is the caller's to set.

    Args:
        current: what is known; a new one has its id only.
        fields: as they came.
        latest: the last day that is not the future anywhere.

    Raises:
        InvalidInput: every field that is not valid, at once.
    """
    parsers = _parsers(latest, current.attributes)
    details: list[Detail] = []
    changes: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "consent" or name in READ_ONLY:
            continue
        if name not in parsers:
            details.append(Detail(str(name)[:60], f"is no field of a customer; there are {_known(parsers)}"))
        elif value is None:
            changes[name] = getattr(_NOTHING_KNOWN, name)
        else:
            _parse(parsers[name], name, value, changes, details)
    if details:
        listed = "; ".join(f"{detail.where} {detail.message}" for detail in details[:3])
        raise InvalidInput(f"The customer was not saved: {listed}.", details)
    return replace(current, **changes)


def _parse(parse: _Parse, name: str, value: Any, changes: dict[str, Any], details: list[Detail]) -> None:
    try:
        changes[name] = parse(value)
    except InvalidInput as error:
        details.extend(error.details or [Detail(name, error.message)])


def _known(parsers: Mapping[str, _Parse]) -> str:
    return ", ".join(sorted((*parsers, "consent")))


def _parsers(latest: date, attributes: Mapping[str, type_of_attribute]) -> dict[str, _Parse]:
    return {
        "email": normalise_address,
        "first_name": lambda value: one_line(value, 100),
        "last_name": lambda value: one_line(value, 100),
        "locale": locale_name,
        "time_zone": time_zone_name,
        "country": lambda value: one_line(value, 100),
        "region": lambda value: one_line(value, 100),
        "home_store": lambda value: one_line(value, 100),
        "birthday": lambda value: parse_day(value, latest=latest),
        "joined_on": lambda value: parse_day(value, latest=latest),
        "interests": _interests,
        "attributes": lambda value: merge_attributes(attributes, value),
    }


def _interests(value: Any) -> tuple[str, ...]:
    """A list; in a CSV one text with semicolons."""
    given = value.split(";") if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or len(given) > MAX_INTERESTS:
        raise InvalidInput(f"must be a list of at most {MAX_INTERESTS} texts")
    found = [one_line(item, 100) for item in given if item != ""]
    return tuple(dict.fromkeys(found))


def merge_attributes(current: Mapping[str, type_of_attribute], value: Any) -> dict[str, type_of_attribute]:
    """The attributes with the named ones changed; null takes one away.

    Raises:
        InvalidInput: no object, a wrong name, a value that is no text, number, true or false, or too many.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput("must be an object of texts, numbers, true and false")
    merged = dict(current)
    details = []
    for name, given in value.items():
        try:
            merged[identifier(name, "name")] = _attribute(given) if given is not None else ""
        except InvalidInput as error:
            details.append(Detail(f"attributes.{str(name)[:40]}", error.message))
    for name in [name for name, given in value.items() if given is None]:
        merged.pop(name, None)
    if len(merged) > MAX_ATTRIBUTES:
        details.append(Detail("attributes", f"there are {len(merged)}, at most {MAX_ATTRIBUTES}"))
    if details:
        raise InvalidInput("attributes are not valid", details)
    return merged


def _attribute(value: Any) -> type_of_attribute:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) < 10**15:  # also false for NaN and infinity
        return value
    if isinstance(value, int | float):
        raise InvalidInput("the number is too large, or is none")
    return one_line(value, MAX_ATTRIBUTE)
