"""Which operators each kind of field knows, which values they take, and the test that a condition becomes.

What is missing satisfies no comparison, `!=` and `not_within_days` included; only `exists` with the value false does.
"""

import operator
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time
from math import isfinite
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import parse_instant
from chalicelib.domain.segment_fields import Field, Kind, days_ago, days_to_birthday

Test = Callable[[Customer, datetime], bool]
Check = Callable[[Any, Any], bool]

MAX_CHOICES = 500  # values of one `in`
MAX_DAYS = 36_525
_COMPARE: dict[str, Check] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "before": operator.lt,
    "after": operator.gt,
}
_ORDERED = ("=", "!=", "<", "<=", ">", ">=", "in", "exists")
_IN_TIME = (*_ORDERED, "before", "after", "within_days", "not_within_days")
OPERATORS: dict[Kind, tuple[str, ...]] = {
    "text": ("=", "!=", "in", "contains", "exists"),
    "number": _ORDERED,
    "names": ("=", "!=", "in", "contains", "exists"),
    "day": _IN_TIME,
    "instant": _IN_TIME,
    "value": (*_ORDERED, "contains"),
    "segment": ("=", "!=", "in", "contains"),
}
WORDS = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
    "in": "is one of",
    "contains": "contains",
    "before": "is before",
    "after": "is after",
}


def parse_value(field: Field, op: str, value: Any) -> Any:
    """The value as the test takes it.

    Raises:
        ValueError, TypeError, InvalidInput: it does not fit the field or the operator; the text says what would.
    """
    if op == "exists":
        return _flag(True if value is None else value)
    if op in {"within_days", "not_within_days"}:
        return _days(value)
    if op != "in":
        return _one(field, value)
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_CHOICES:
        raise TypeError(f"must be a list of 1 to {MAX_CHOICES} values")
    read = [_one(field, item) for item in value]
    return tuple(read) if field.kind == "value" else frozenset(read)  # a set takes 1 and true for one


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("must be true or false, or left out")
    return value


def _days(value: Any) -> float:
    if _is_number(value) and 0 <= value <= MAX_DAYS:
        return float(value)
    raise TypeError(f"must be a number of days from 0 to {MAX_DAYS}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _one(field: Field, value: Any) -> Any:
    if field.kind == "number":
        if not _is_number(value):
            raise TypeError(f"must be a number, got {_shown(value)}")
        return value
    if field.kind == "value" and (isinstance(value, bool) or _is_number(value)):
        return value
    if not isinstance(value, str) or not 1 <= len(value) <= 500:
        raise TypeError(f"must be a text of 1 to 500 characters, got {_shown(value)}")
    if field.choices and value not in field.choices:
        raise ValueError(f"{_shown(value)} is not one of {', '.join(field.choices)}")
    return _moment(field.kind, value) if field.kind in {"day", "instant"} else value


def _moment(kind: Kind, value: str) -> date | datetime:
    if kind == "instant" and len(value) > 10:
        return parse_instant(value)
    try:
        day = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError(f"{_shown(value)} is no day; write YYYY-MM-DD") from None
    return datetime.combine(day, time(), UTC) if kind == "instant" else day


def make_test(field: Field, op: str, value: Any) -> Test:
    """The test of one condition, with everything decided beforehand that the customer does not change."""
    if op == "exists":
        return _exists(field, value)
    if op in {"within_days", "not_within_days"}:
        return _within(field, op, value)
    if field.kind == "names":
        return _reading(field, _names_check(op), value)
    if field.kind == "value":
        return _reading(field, _same_type(op, value), value)
    if op == "in":
        return _reading(field, _is_in, value)
    if op in _FAST and field.plain is not None:
        return _FAST[op](field.plain, value)
    return _reading(field, _contains_text if op == "contains" else _COMPARE[op], value)


Get = Callable[[Customer], Any]


def _equal(get: Get, value: Any) -> Test:
    return lambda customer, _: get(customer) == value  # None equals no value of a rule


def _at_least(get: Get, value: Any) -> Test:
    return lambda customer, _: (found := get(customer)) is not None and found >= value


def _above(get: Get, value: Any) -> Test:
    return lambda customer, _: (found := get(customer)) is not None and found > value


def _at_most(get: Get, value: Any) -> Test:
    return lambda customer, _: (found := get(customer)) is not None and found <= value


def _below(get: Get, value: Any) -> Test:
    return lambda customer, _: (found := get(customer)) is not None and found < value


# A scan asks these of every customer: written out, each costs one call less.
_FAST: dict[str, Callable[[Get, Any], Test]] = {
    "=": _equal,
    ">=": _at_least,
    ">": _above,
    "<=": _at_most,
    "<": _below,
    "after": _above,
    "before": _below,
}


def _reading(field: Field, check: Check, value: Any) -> Test:
    plain, live = field.plain, field.live
    if plain is not None:

        def of_customer(customer: Customer, _: datetime) -> bool:
            found = plain(customer)
            return found is not None and check(found, value)

        return of_customer
    if live is None:
        raise ValueError(f"{field.name} cannot be read by itself")

    def of_customer_now(customer: Customer, now: datetime) -> bool:
        found = live(customer, now)
        return found is not None and check(found, value)

    return of_customer_now


def _exists(field: Field, wanted: bool) -> Test:
    def test(customer: Customer, now: datetime) -> bool:
        found = field.read(customer, now)
        return (found is not None and found != () and found != "") is wanted

    return test


def _within(field: Field, op: str, days: float) -> Test:
    """A birthday: comes again within so many days. Any other day or instant: was within the last so many days."""
    read = days_to_birthday if field.name == "birthday" else days_ago(field)
    wanted = op == "within_days"

    def test(customer: Customer, now: datetime) -> bool:
        away = read(customer, now)
        return away is not None and (0 <= away <= days) is wanted

    return test


def _is_in(found: Any, values: Collection[Any]) -> bool:
    return found in values


def _contains_text(found: str, value: str) -> bool:
    return value.casefold() in found.casefold()


def _names_check(op: str) -> Check:
    if op == "in":
        return lambda names, wanted: not wanted.isdisjoint(names)
    if op == "!=":
        return lambda names, name: bool(names) and name not in names
    return lambda names, name: name in names


def _same_type(op: str, value: Any) -> Check:
    """An attribute may be a text, a number or a truth; values of two types are never compared, nor equal."""
    if op == "in":
        return lambda found, values: any(_family(found) is _family(one) and found == one for one in values)
    family = _family(value)
    check = _contains_text if op == "contains" else _COMPARE[op]
    if op == "contains" and family is not str:
        return lambda *_: False
    return lambda found, wanted: _family(found) is family and check(found, wanted)


def _family(value: Any) -> type:
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else type(value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
