"""How a segment's rule is read: its grammar, its bounds, and what is wrong with it, each fault at its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain.segment_conditions import make_test
from chalicelib.domain.segment_fields import Field, find_field, known_fields
from chalicelib.domain.segment_tests import Test
from chalicelib.domain.segment_values import OPERATORS, parse_value, parse_window
from chalicelib.errors import Detail, InvalidInput

MAX_DEPTH = 16  # groups and the condition inside them
MAX_NODES = 200
_GROUPS = ("all", "any", "not")
_KEYS = ("field", "op", "value", "within")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One field compared with one value."""

    field: Field
    op: str
    value: Any  # as the test takes it
    raw: Any  # as it was given
    within: timedelta | None = None  # the window of time that it looks at
    test: Test | None  # None for another segment: that has a rule of its own

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments that the condition names."""
        if self.field.kind != "segment":
            return ()
        return tuple(sorted(self.value)) if self.op == "in" else (self.value,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conditions joined: all of them, any of them, or not the one."""

    kind: Literal["all", "any", "not"]
    children: tuple["Node", ...]


Node = Condition | Group


def parse_rule(rule: Any) -> Node:
    """The rule as a tree, with every value checked against its field.

    Raises:
        InvalidInput: unknown fields, operators or keys, values that do not fit, empty groups, more than `MAX_DEPTH`
            levels or `MAX_NODES` nodes. `details` name each place, such as `rule.all[0].op`.
    """
    reader = _Reader()
    node = reader.node(rule, "rule", 1)
    if reader.details or node is None:
        listed = "; ".join(f"{detail.where} {detail.message}" for detail in reader.details[:3])
        raise InvalidInput(f"The rule is not valid: {listed}.", reader.details)
    return node


def references(node: Node) -> set[str]:
    """The segments that a rule names."""
    if isinstance(node, Condition):
        return set(node.segments)
    return {name for child in node.children for name in references(child)}


def conditions(node: Node) -> Iterator[Condition]:
    """All conditions of a rule, in its order."""
    if isinstance(node, Condition):
        yield node
        return
    for child in node.children:
        yield from conditions(child)


class _Wrong(Exception):  # noqa: N818 - a signal inside this module, no error of the caller
    """One fault at one place."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.detail = Detail(where, message)


class _Reader:
    """Walks the rule and collects what is wrong with it: one fault of each condition."""

    def __init__(self) -> None:
        self.details: list[Detail] = []
        self._nodes = 0

    def node(self, rule: Any, where: str, depth: int) -> Node | None:
        """The node at one place; None where it is wrong, with the fault noted."""
        try:
            return self._node(rule, where, depth)
        except _Wrong as wrong:
            self.details.append(wrong.detail)
            return None

    def _node(self, rule: Any, where: str, depth: int) -> Node | None:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            limit = f"deeper than {MAX_DEPTH} levels" if depth > MAX_DEPTH else f"larger than {MAX_NODES} nodes"
            raise _Wrong(where, f"the rule is {limit}; split it into segments and name those")
        if not isinstance(rule, Mapping):
            raise _Wrong(where, f"must be an object, got {type(rule).__name__}")
        named = [kind for kind in _GROUPS if kind in rule]
        if not named:
            return _condition(rule, where)
        if len(rule) > 1:
            raise _Wrong(where, f"{named[0]!r} stands alone in its object; move the rest inside")
        return self._group(named[0], rule[named[0]], where, depth)

    def _group(self, kind: str, inside: Any, where: str, depth: int) -> Group | None:
        if kind == "not":
            child = self.node(inside, f"{where}.not", depth + 1)
            return Group(kind="not", children=(child,)) if child else None
        if not isinstance(inside, list | tuple) or not 1 <= len(inside) <= MAX_NODES:
            raise _Wrong(f"{where}.{kind}", f"must be a list of 1 to {MAX_NODES} conditions")
        found = [self.node(one, f"{where}.{kind}[{place}]", depth + 1) for place, one in enumerate(inside)]
        children = tuple(child for child in found if child is not None)
        whole = len(children) == len(found)
        return Group(kind="all" if kind == "all" else "any", children=children) if whole else None


def _condition(rule: Mapping[str, Any], where: str) -> Condition:
    for name in rule:
        if name not in _KEYS:
            raise _Wrong(
                f"{where}.{str(name)[:40]}", "unknown; a condition has field, op, value, within; a group all, any, not"
            )
    field = _field(rule.get("field"), where)
    op = rule.get("op")
    if not isinstance(op, str) or op not in OPERATORS[field.kind]:
        allowed = ", ".join(OPERATORS[field.kind])
        raise _Wrong(f"{where}.op", f"{_shown(op)} is no operator of {field.name}; it has {allowed}")
    try:
        value = parse_value(field, op, rule.get("value"))
    except (ValueError, TypeError, InvalidInput) as error:
        raise _Wrong(f"{where}.value", str(error)) from error
    within = _window(rule["within"], field, where) if "within" in rule else None
    test = None if field.kind == "segment" else make_test(field, op, value, within)
    return Condition(field=field, op=op, value=value, raw=rule.get("value"), within=within, test=test)


def _window(value: Any, field: Field, where: str) -> timedelta:
    if field.source is None:
        raise _Wrong(
            f"{where}.within", f"only orders, category, sku and events have a window of time, not {field.name}"
        )
    try:
        return parse_window(value)
    except ValueError as error:
        raise _Wrong(f"{where}.within", str(error)) from error


def _field(name: Any, where: str) -> Field:
    if not isinstance(name, str):
        raise _Wrong(f"{where}.field", "is needed: the name of a field")
    found = find_field(name)
    if found is None:
        raise _Wrong(f"{where}.field", f"unknown field {_shown(name)}; there are {', '.join(known_fields())}")
    return found


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
