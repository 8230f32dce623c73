"""How plain Python values and DynamoDB's attribute values turn into each other, fast.

boto3's own TypeSerializer refuses floats and gives every number back as a Decimal; this one keeps ints as ints and
writes floats by their shortest exact text. A float without a fraction comes back as an int: DynamoDB does not tell 3.0
from 3. Times are stored as RFC 3339 texts by whoever owns them.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

Attribute = dict[str, Any]


def pack(values: Mapping[str, Any]) -> dict[str, Attribute]:
    """An item from plain values; a key whose value is None is left out.

    Raises:
        ValueError: NaN or infinity. TypeError: a type that no attribute has.
    """
    return {name: pack_value(value) for name, value in values.items() if value is not None}


def unpack(item: Mapping[str, Attribute]) -> dict[str, Any]:
    """Plain values from an item."""
    plain = {}
    for name, attribute in item.items():
        for kind, value in attribute.items():  # there is one
            plain[name] = value if kind == "S" else _UNPACKERS[kind](value)
    return plain


def pack_value(value: Any) -> Attribute:
    """One attribute value from a plain one."""
    packer = _PACKERS.get(type(value))
    if packer is not None:
        return packer(value)
    if isinstance(value, Mapping):
        return _pack_map(value)
    raise TypeError(f"no attribute holds a {type(value).__name__}")


def unpack_value(attribute: Attribute) -> Any:
    """One plain value from an attribute value."""
    [(kind, value)] = attribute.items()
    return _UNPACKERS[kind](value)


def _pack_float(value: float) -> Attribute:
    if not isfinite(value):
        raise ValueError(f"{value} cannot be stored")
    return {"N": repr(value)}


def _pack_map(value: Mapping[str, Any]) -> Attribute:
    return {"M": {name: pack_value(inner) for name, inner in value.items()}}


def _pack_list(value: list[Any] | tuple[Any, ...]) -> Attribute:
    return {"L": [pack_value(inner) for inner in value]}


def _pack_set(value: frozenset[str] | set[str]) -> Attribute:
    return {"SS": sorted(value)}


def _unpack_number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _unpack_bytes(value: bytes | str) -> bytes:
    return b64decode(value) if isinstance(value, str) else value  # text: an answer as it came (storage.answers)


def _same(value: Any) -> Any:
    return value


_PACKERS: dict[type, Callable[[Any], Attribute]] = {
    str: lambda value: {"S": value},
    int: lambda value: {"N": str(value)},
    bool: lambda value: {"BOOL": value},
    float: _pack_float,
    bytes: lambda value: {"B": value},
    type(None): lambda _: {"NULL": True},
    dict: _pack_map,
    list: _pack_list,
    tuple: _pack_list,
    set: _pack_set,
    frozenset: _pack_set,
}
_UNPACKERS: dict[str, Callable[[Any], Any]] = {
    "S": _same,
    "N": _unpack_number,
    "BOOL": _same,
    "B": _unpack_bytes,
    "NULL": lambda _: None,
    "M": unpack,
    "L": lambda values: [unpack_value(value) for value in values],
    "SS": frozenset,
}
