"""What a segment is: a rule that selects customers, compiled once into a test; and the segments that are shipped."""

import ast
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.history import NO_HISTORY, History
from chalicelib.domain.segment_code import Holds, Select, Writer, compile_holds, compile_select, every, negated, some
from chalicelib.domain.segment_rules import Condition, Node, conditions, parse_rule, references
from chalicelib.domain.segment_tests import Flip
from chalicelib.domain.stages import OVERDUE, RHYTHM_ORDERS, RHYTHM_VARIATION
from chalicelib.errors import Detail, InvalidInput

MAX_CHAIN = 16  # a segment that names one that names one ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A named rule, as it was given."""

    name: str
    rule: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule ready to be asked of one customer (`holds`) or of many (`select`)."""

    node: Node
    holds: Holds
    select: Select
    flips: tuple[Flip, ...] = ()  # of its own conditions; those of the segments that it names are theirs
    needs_history: bool = False  # whether it, or a segment that it names, asks what stands in no record
    others: Mapping[str, "Rule"] = field(default_factory=dict)  # the segments that it names
    depth: int = 1  # of segments that name segments


def matches(rule: Rule, customer: Customer, now: datetime, history: History = NO_HISTORY) -> bool:
    """Whether the customer is a member now."""
    return rule.holds(customer, now, history)


def compile_rule(rule: Any) -> Rule:
    """One rule that names no other segment. Raises: InvalidInput, naming every wrong place."""
    return compile_rules({"rule": rule})["rule"]


def compile_rules(rules: Mapping[str, Any]) -> dict[str, Rule]:
    """All saved rules, each able to ask those that it names.

    Raises:
        InvalidInput: a rule is not valid, names a segment that is not among `rules`, or comes back to itself.
    """
    nodes = {name: parse_rule(rule) for name, rule in rules.items()}
    done: dict[str, Rule] = {}
    for name in nodes:
        _compile_named(name, nodes, done, ())
    return done


def _compile_named(name: str, nodes: Mapping[str, Node], done: dict[str, Rule], above: tuple[str, ...]) -> Rule:
    if name in done:
        return done[name]
    if name not in nodes:
        raise _refused(f"there is no segment {name!r}; the segments are {', '.join(sorted(nodes)) or 'none yet'}")
    if name in above:
        raise _refused(f"segment {name!r} comes back to itself: {' -> '.join((*above[above.index(name) :], name))}")
    others = {other: _compile_named(other, nodes, done, (*above, name)) for other in references(nodes[name])}
    depth = 1 + max((other.depth for other in others.values()), default=0)
    if depth > MAX_CHAIN:
        raise _refused(f"segment {name!r} names segments that name segments over more than {MAX_CHAIN} steps")
    done[name] = _ready(nodes[name], others, depth)
    return done[name]


def _ready(node: Node, others: Mapping[str, Rule], depth: int) -> Rule:
    tests = [condition.test for condition in conditions(node) if condition.test is not None]
    return Rule(
        node=node,
        holds=compile_node(node, others),
        select=compile_select(lambda writer: _write(node, others, writer)),
        flips=tuple(test.flip for test in tests if test.flip is not None),
        needs_history=any(test.needs_history for test in tests) or any(rule.needs_history for rule in others.values()),
        others=others,
        depth=depth,
    )


def _refused(message: str) -> InvalidInput:
    return InvalidInput(f"The rule was not saved: {message}.", [Detail("rule", message)])


def compile_node(node: Node, others: Mapping[str, Rule]) -> Holds:
    """The function of one node; `others` are the segments that it may name."""
    return compile_holds(lambda writer: _write(node, others, writer))


def _write(node: Node, others: Mapping[str, Rule], writer: Writer) -> ast.expr:
    if isinstance(node, Condition):
        return _ask_others(node, others, writer) if node.test is None else node.test.code(writer)
    parts = [_write(child, others, writer) for child in node.children]
    if node.kind == "not":
        return negated(parts[0])
    return every(parts) if node.kind == "all" else some(parts)


def _ask_others(condition: Condition, others: Mapping[str, Rule], writer: Writer) -> ast.expr:
    """A call for each: written out, a segment that many name would stand in the tree many times."""
    rules = [others[name] for name in condition.segments]
    member = some(
        [
            writer.call(rule.holds, writer.customer, writer.now, *([writer.history] * rule.needs_history))
            for rule in rules
        ]
    )
    return negated(member) if condition.op == "!=" else member


_RHYTHM = (
    {"field": "stats.orders", "op": ">=", "value": RHYTHM_ORDERS},
    {"field": "stats.gap_variation", "op": "<=", "value": RHYTHM_VARIATION},
)
# `regulars` are all who buy on a rhythm; `lapsing` are those of them who have been silent for more than twice their
# usual gap; the rest of them stands on the stage `regular`. So a campaign to regulars may exclude the lapsing.
SHIPPED_RULES: Mapping[str, Mapping[str, Any]] = {
    "regulars": {"all": list(_RHYTHM)},
    "lapsing": {"all": [*_RHYTHM, {"field": "stats.overdue", "op": ">", "value": OVERDUE}]},
}


def fans_rule(categories: Sequence[str]) -> dict[str, Any]:
    """Who ordered at least twice with one of these among the top categories, or named one as an interest."""
    bought = [{"field": "stats.top_categories", "op": "in", "value": list(categories)}]
    if len(categories) == 1:
        bought = [{"field": "stats.top_categories", "op": "contains", "value": categories[0]}]
    orders = {"field": "stats.orders", "op": ">=", "value": 2}
    told = {"field": "interests", "op": "in", "value": list(categories)}
    return {"any": [{"all": [*bought, orders]}, told]}


def category_segment(category: str) -> str:
    """The name of the segment of a category's fans: "Coffee beans" gives "fans-of-coffee-beans"."""
    plain = unicodedata.normalize("NFKD", category).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not name or len(name) > 50:
        name = f"{name[:40]}-{sha256(category.encode()).hexdigest()[:8]}".strip("-")
    return f"fans-of-{name}"
