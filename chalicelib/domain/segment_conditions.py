"""Which test a condition becomes, from its field, its operator and its value.

What is missing satisfies no comparison, `!=` and `not_within_days` included; only `exists` with the value false does.
"""

import ast
import operator
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.history import History
from chalicelib.domain.segment_ages import (
    DAY,
    INSTANT,
    Ranges,
    age_test,
    birthday_test,
    compared,
    gaps_test,
    in_last,
    outside,
    whole_days,
)
from chalicelib.domain.segment_code import Writer, compare, every, is_known, negated
from chalicelib.domain.segment_fields import FIELDS, Field
from chalicelib.domain.segment_tests import Flip, Test
from chalicelib.domain.segment_values import FromNow
from chalicelib.domain.segment_windows import Check, Tally, window_test

_NODES: dict[str, type[ast.cmpop]] = {
    "=": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "before": ast.Lt,
    "after": ast.Gt,
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBERS = frozenset({int, float})
_LOOKS = 50  # changes of a live field that are looked through for one of the answer


def make_test(field: Field, op: str, value: Any, within: timedelta | None = None) -> Test:
    """The test of one condition, with everything decided beforehand that the customer does not change."""
    if field.source is not None and (within is not None or not field.path):
        return window_test(field, within, _tally_check(field, op, value))
    if field.kind in {"day", "instant"} and (op.endswith("within_days") or isinstance(value, FromNow)):
        return _moving(field, op, value)
    if field.since is not None and op != "exists":
        if field.since != "days":
            return gaps_test(op, value, score=field.since == "score")
        last = FIELDS["stats.last_order_at"]
        return _aged(last, whole_days(op, value))
    code = _code(field, op, value)
    return Test(code=code, flip=None if field.changes is None else _changing(field, op, value, field.changes))


def _moving(field: Field, op: str, value: Any) -> Test:
    """A day or an instant against a time that moves with the clock."""
    unit = DAY if field.kind == "day" else INSTANT
    if field.name == "birthday" and op.endswith("within_days"):
        return birthday_test(value, wanted=op == "within_days")
    if op.endswith("within_days"):
        ranges = in_last(value, unit) if op == "within_days" else outside(in_last(value, unit))
    else:
        ranges = compared(op, -value.by, unit)
    return _aged(field, ranges)


def _aged(field: Field, ranges: Ranges) -> Test:
    if field.plain is None:
        raise ValueError(f"{field.name} cannot be compared with a time from now")
    return age_test(lambda writer: _read(writer, field), field.plain, ranges, day=field.kind == "day")


def _changing(field: Field, op: str, value: Any, changes: Callable[[Customer, datetime], datetime | None]) -> Flip:
    """When the answer of a live field changes: at one of the moments at which its value does."""
    check = _value_check(field, op, value)

    def flip(customer: Customer, now: datetime, _: History) -> datetime | None:
        answer, at = check(field.read(customer, now)), changes(customer, now)
        for _look in range(_LOOKS):
            if at is None or check(field.read(customer, at)) is not answer:
                break
            at = changes(customer, at)
        return at

    return flip


def _value_check(field: Field, op: str, value: Any) -> Callable[[Any], bool]:
    if op == "exists":
        return lambda found: (found is not None) is value
    if op == "in":
        return lambda found: found is not None and found in value
    if op == "contains":
        return lambda found: found is not None and value.casefold() in found.casefold()
    return lambda found: found is not None and _COMPARE[op](found, value)


def _tally_check(field: Field, op: str, value: Any) -> Check:
    if field.kind == "number":
        return _worth_check(op, value)
    if op == "exists":
        return lambda inside: bool(inside.names) is value
    if op == "in":
        return lambda inside: not value.isdisjoint(inside.names)
    if op == "!=":
        return lambda inside: bool(inside.names) and value not in inside.names
    return lambda inside: value in inside.names


def _worth_check(op: str, value: Any) -> Check:
    """A number is never missing: none is 0. `exists` asks whether there was anything at all."""
    if op == "exists":
        return lambda inside: (inside.worth != 0) is value
    if op == "in":
        return lambda inside: inside.worth in value
    check = _COMPARE[op]

    def passes(inside: Tally) -> bool:
        return check(inside.worth, value)

    return passes


def _code(field: Field, op: str, value: Any) -> Callable[[Writer], ast.expr]:
    """The expression for a field of the record, or one that a function reads."""
    if op == "exists":
        return lambda writer: _exists(writer, _read(writer, field), wanted=value)
    if field.kind == "names":
        return lambda writer: _names(writer, _read(writer, field), op, value)
    if field.kind == "value":
        return lambda writer: _value(writer, _read(writer, field), op, value)
    return lambda writer: _simple(writer, field, op, value)


def _read(writer: Writer, field: Field) -> ast.expr:
    if field.path:
        return writer.read(field.path)
    if field.of_stats is not None:
        return writer.call(field.of_stats, writer.read(("stats",)))
    if field.attribute is not None:
        get = ast.Attribute(value=writer.read(("attributes",)), attr="get", ctx=ast.Load())
        return ast.Call(func=get, args=[writer.value(field.attribute)], keywords=[])
    if field.plain is not None:
        return writer.call(field.plain, writer.customer)
    return writer.call(field.read, writer.customer, writer.now)


def _exists(writer: Writer, read: ast.expr, *, wanted: bool) -> ast.expr:
    found, again = writer.kept(read)
    known = every([is_known(found), *(compare(again(), ast.NotEq(), writer.value(empty)) for empty in ((), ""))])
    return known if wanted else negated(known)


def _simple(writer: Writer, field: Field, op: str, value: Any) -> ast.expr:
    """A text, number, day or instant. None equals no value of a rule, and is in no list of them."""
    read = _read(writer, field)
    if op == "in":
        return compare(read, ast.In(), writer.value(value))
    if op == "=" or (field.always and op != "contains"):
        return compare(read, _NODES[op](), writer.value(value))
    found, again = writer.kept(read)
    if op == "contains":
        return every([is_known(found), _contains_text(writer, again(), value)])
    return every([is_known(found), compare(again(), _NODES[op](), writer.value(value))])


def _contains_text(writer: Writer, found: ast.expr, value: str) -> ast.expr:
    folded = ast.Call(func=ast.Attribute(value=found, attr="casefold", ctx=ast.Load()), args=[], keywords=[])
    return compare(writer.value(value.casefold()), ast.In(), folded)


def _names(writer: Writer, read: ast.expr, op: str, value: Any) -> ast.expr:
    if op == "in":
        wanted: Collection[str] = value
        return negated(writer.call(wanted.isdisjoint, read))  # type: ignore[attr-defined]
    if op == "!=":
        found, again = writer.kept(read)
        known = compare(found, ast.NotEq(), writer.value(()))
        return every([known, compare(writer.value(value), ast.NotIn(), again())])
    return compare(writer.value(value), ast.In(), read)


def _value(writer: Writer, read: ast.expr, op: str, value: Any) -> ast.expr:
    """An attribute may be a text, a number or a truth; values of two types are never compared, nor equal."""
    if op == "in":
        return writer.call(_among(value), read)
    if op == "=" and isinstance(value, str):
        return compare(read, ast.Eq(), writer.value(value))
    found, again = writer.kept(read)
    same = _same_type(writer, found, value)
    if op != "contains":
        return every([same, compare(again(), _NODES[op](), writer.value(value))])
    return (
        every([same, _contains_text(writer, again(), value)]) if isinstance(value, str) else ast.Constant(value=False)
    )


def _same_type(writer: Writer, found: ast.expr, value: Any) -> ast.expr:
    kind = ast.Attribute(value=found, attr="__class__", ctx=ast.Load())
    if isinstance(value, bool | str):
        return compare(kind, ast.Is(), writer.value(type(value)))
    return compare(kind, ast.In(), writer.value(_NUMBERS))


def _among(values: Collection[Any]) -> Callable[[Any], bool]:
    return lambda found: any(_family(found) is _family(one) and found == one for one in values)


def _family(value: Any) -> type:
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else type(value)
