"""How a segment's rule is told in plain words, condition by condition, with what was found in the customer."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.durations import span_text
from chalicelib.domain.history import NO_HISTORY, History
from chalicelib.domain.segment_rules import Condition, Group, Node
from chalicelib.domain.segment_values import FromNow
from chalicelib.domain.segment_windows import found_in
from chalicelib.domain.segments import Rule, compile_node

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
_PLURAL_WORDS = {"=": "include", "contains": "include", "!=": "do not include", "in": "include one of"}


def explain(rule: Rule, customer: Customer, now: datetime, history: History = NO_HISTORY) -> list[dict[str, Any]]:
    """Each condition in plain words, whether it holds, and what was found, in the order of the rule.

    An "any" comes as one line of its own before its conditions; a condition under "not" is told as such, so that
    "holds" always speaks for membership.
    """
    return list(_Explaining(rule, customer, now, history).lines(rule.node))


class _Explaining:
    """One rule, asked of one customer at one time."""

    def __init__(self, rule: Rule, customer: Customer, now: datetime, history: History) -> None:
        self._rule = rule
        self._asked = (customer, now, history)

    def lines(self, node: Node) -> Iterator[dict[str, Any]]:
        """What is to be told of a node, in the order of the rule."""
        if isinstance(node, Condition) or node.kind == "not":
            yield self._line(node, self._found(node))
            return
        if node.kind == "any" and len(node.children) > 1:
            yield self._line(node, None)
        for child in node.children:
            yield from self.lines(child)

    def _line(self, node: Node, found: Any) -> dict[str, Any]:
        holds = compile_node(node, self._rule.others)(*self._asked)
        return {"condition": words(node), "holds": holds, "found": found}

    def _found(self, node: Node) -> Any:
        """What stands where the condition looks; of a "not", where the one inside of it looks."""
        if isinstance(node, Group):
            child = node.children[0]
            return self._found(child) if isinstance(child, Condition) else None
        customer, now, history = self._asked
        if node.field.kind == "segment":
            return [name for name in node.segments if self._rule.others[name].holds(*self._asked)]
        if node.field.source is not None and (node.within is not None or not node.field.path):
            return found_in(node.field, node.within, customer, now, history)
        return _shown(node.field.read(customer, now))


def _shown(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, date | datetime):
        return value.isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value


def words(node: Node) -> str:
    """A condition or a group in plain words."""
    if isinstance(node, Group):
        if node.kind == "not":
            return f"not: {words(node.children[0])}"
        joined = "; ".join(words(child) for child in node.children)
        return f"{'all' if node.kind == 'all' else 'at least one'} of ({joined})"
    named = node.field.words if node.within is None else f"{node.field.words} in the last {_span_words(node.within)}"
    if node.op == "exists":
        return f"{named} {_existence(node)}"
    if node.op in {"within_days", "not_within_days"}:
        which = "next" if node.field.name == "birthday" else "last"
        return f"{named} is {'not ' if node.op == 'not_within_days' else ''}in the {which} {node.value:g} days"
    return (
        f"{named} {(_PLURAL_WORDS if node.field.kind in {'names', 'segment'} else WORDS)[node.op]} {_value_words(node)}"
    )


def _existence(node: Condition) -> str:
    if node.field.source is not None and node.field.kind == "number" and (node.within or not node.field.path):
        return "is not 0" if node.value else "is 0"
    return "is known" if node.value else "is not known"


def _value_words(node: Condition) -> str:
    if isinstance(node.value, FromNow):
        by = node.value.by
        return "now" if not by else f"{_span_words(by)} from now" if by > timedelta(0) else f"{_span_words(-by)} ago"
    return ", ".join(str(item) for item in node.raw) if isinstance(node.raw, list | tuple) else str(node.raw)


def _span_words(span: timedelta) -> str:
    """ "90 days", "1 hour"."""
    text = span_text(span)
    number, unit = text[:-1], {"d": "day", "h": "hour", "m": "minute"}[text[-1]]
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"
