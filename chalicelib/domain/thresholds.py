"""Where a shop draws the lines of its analyses, and how it says so in its settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_LONGEST = 12  # months: what is kept of a customer bears this much beside the two years that a report covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The lines; those of a shop that never said anything are these."""

    a: float = 80.0  # per cent of all money spent: who makes up the first part of it is in class A
    b: float = 95.0  # per cent: who makes up the next part is in class B, the rest in C
    x: float = 0.5  # variation of the monthly spending: at most this is class X
    y: float = 1.0  # at most this is class Y, more is Z
    active_months: int = 3  # somebody is a customer for so many months from an order on


def thresholds_from_fields(value: Any) -> Thresholds:
    """Read the field `analyses` of the shop; what it does not name stands at its default.

    Raises:
        ValueError, TypeError: naming what is wrong.
    """
    if not isinstance(value, Mapping):
        raise TypeError(f"must be an object with {', '.join(_PARSERS)}")
    if unknown := sorted(str(name) for name in value if name not in _PARSERS):
        raise ValueError(f"has {', '.join(_PARSERS)}, not {unknown[0][:40]!r}")
    found = Thresholds(**{name: _PARSERS[name](name, given) for name, given in value.items() if given is not None})
    if found.a >= found.b:
        raise ValueError(f"a must lie below b, got {found.a:g} and {found.b:g}")
    if found.x >= found.y:
        raise ValueError(f"x must lie below y, got {found.x:g} and {found.y:g}")
    return found


def thresholds_to_fields(thresholds: Thresholds) -> dict[str, float]:
    """As the API and the store write them."""
    return {name: getattr(thresholds, name) for name in _PARSERS}


def _between(low: float, high: float) -> Callable[[str, Any], float]:
    def read(name: str, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not low < value < high:
            raise ValueError(f"{name} must be a number above {low:g} and below {high:g}")
        return float(value)

    return read


def _months(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LONGEST:
        raise ValueError(f"{name} must be whole months from 1 to {_LONGEST}")
    return value


_PARSERS: Mapping[str, Callable[[str, Any], Any]] = {
    "a": _between(0, 100),
    "b": _between(0, 100),
    "x": _between(0, 10),
    "y": _between(0, 10),
    "active_months": _months,
}
