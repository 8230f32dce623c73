"""How the rows of a customer or product file become the API's fields: dotted columns, lists, money, numbers, times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.dates import instant_text, parse_instant
from chalicelib.domain.money import minor_units
from chalicelib.errors import Detail, InvalidInput

_MONEY = frozenset({"price", "cost", "compare_at_price"})
_TIMES = frozenset({"consent.at", "consent.expires_at", "launched_at"})
_LISTS = frozenset({"interests"})
_COUNTS = frozenset({"stock"})
_ATTRIBUTE = "attributes."
# A number only where it can be written back the same way: 007 and +44 stay texts.
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,11})\.[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the shop's settings say about reading a file."""

    currency: str
    zone: ZoneInfo


def record_fields(cells: Mapping[str, str], reading: Reading) -> dict[str, Any]:
    """The fields of one row as PUT takes them. An empty cell says nothing: it neither sets nor clears.

    Raises:
        InvalidInput: with the field as the place of its detail.
    """
    fields: dict[str, Any] = {}
    for name, text in cells.items():
        if text:
            _set(fields, name, _value(name, text, reading))
    return fields


def merge_fields(first: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """What two rows of one key say together: for each field the later one, if it says anything."""
    merged = dict(first)
    for name, value in later.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = merge_fields(merged[name], value) if both else value
    return merged


def names_field(where: str, field: str) -> bool:
    """Whether a place in an error ("consent.status", "interests[2]", "attributes") means this field."""
    place = where.partition("[")[0]
    return field == place or field.startswith(f"{place}.") or place.startswith(f"{field}.")


def _set(fields: dict[str, Any], name: str, value: Any) -> None:
    first, dot, rest = name.partition(".")
    if not dot:
        fields[name] = value
    elif first == "attributes":  # the shop's own names may have dots
        fields.setdefault(first, {})[rest] = value
    else:
        _set(fields.setdefault(first, {}), rest, value)


def _value(name: str, text: str, reading: Reading) -> Any:
    try:
        return _read(name, text, reading)
    except InvalidInput as error:
        raise InvalidInput(f"{name}: {error.message}", [Detail(name, error.message)]) from error


def _read(name: str, text: str, reading: Reading) -> Any:
    if name in _MONEY:
        return minor_units(text, reading.currency)
    if name in _TIMES:
        return instant_text(parse_instant(text, reading.zone))
    if name in _LISTS:
        return [part.strip() for part in text.split(";") if part.strip()]
    if name in _COUNTS:
        return _count(text)
    return _attribute(text) if name.startswith(_ATTRIBUTE) else text


def _count(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise InvalidInput(f"{text[:40]!r} is no whole number")
    return int(text)


def _attribute(text: str) -> str | int | float | bool:
    if text in {"true", "false"}:
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
