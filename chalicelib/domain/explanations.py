"""How a segment's rule is told in plain words, condition by condition, with what was found in the customer."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.segment_conditions import WORDS
from chalicelib.domain.segment_rules import Condition, Group, Node
from chalicelib.domain.segments import Rule, compile_node


def explain(rule: Rule, customer: Customer, now: datetime) -> list[dict[str, Any]]:
    """Each condition in plain words, whether it holds, and what was found, in the order of the rule.

    An "any" comes as one line of its own before its conditions; a condition under "not" is told as such, so that
    "holds" always speaks for membership.
    """
    return list(_explain(rule.node, rule, customer, now))


def _explain(node: Node, rule: Rule, customer: Customer, now: datetime) -> Iterator[dict[str, Any]]:
    holds = compile_node(node, rule.others)(customer, now)
    if isinstance(node, Condition):
        yield {"condition": _words(node), "holds": holds, "found": _found(node, rule, customer, now)}
    elif node.kind == "not":
        child = node.children[0]
        found = _found(child, rule, customer, now) if isinstance(child, Condition) else None
        yield {"condition": _words(node), "holds": holds, "found": found}
    else:
        if node.kind == "any" and len(node.children) > 1:
            yield {"condition": _words(node), "holds": holds, "found": None}
        for child in node.children:
            yield from _explain(child, rule, customer, now)


_PLURAL_WORDS = {"=": "include", "contains": "include", "!=": "do not include", "in": "include one of"}


def _words(node: Node) -> str:
    if isinstance(node, Group):
        if node.kind == "not":
            return f"not: {_words(node.children[0])}"
        joined = "; ".join(_words(child) for child in node.children)
        return f"{'all' if node.kind == 'all' else 'at least one'} of ({joined})"
    if node.op == "exists":
        return f"{node.field.words} {'is known' if node.value else 'is not known'}"
    if node.op in {"within_days", "not_within_days"}:
        span = (
            f"in the next {node.value:g} days" if node.field.name == "birthday" else f"in the last {node.value:g} days"
        )
        return f"{node.field.words} is {'not ' if node.op == 'not_within_days' else ''}{span}"
    words = _PLURAL_WORDS if node.field.kind in {"names", "segment"} else WORDS
    return f"{node.field.words} {words[node.op]} {_value_words(node.raw)}"


def _value_words(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)


def _found(node: Condition, rule: Rule, customer: Customer, now: datetime) -> Any:
    if node.field.kind == "segment":
        return [name for name in node.segments if rule.others[name].holds(customer, now)]
    value = node.field.read(customer, now)
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, date | datetime):
        return value.isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value
