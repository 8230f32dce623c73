"""What a segment is: a rule that selects customers, compiled once into a test; and the segments that are shipped."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.segment_conditions import Test
from chalicelib.domain.segment_rules import Condition, Node, parse_rule, references
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
    """A rule ready to be asked. `holds` never raises, whatever the customer lacks."""

    node: Node
    holds: Test
    others: Mapping[str, "Rule"] = field(default_factory=dict)  # the segments that it names
    depth: int = 1  # of segments that name segments


def matches(rule: Rule, customer: Customer, now: datetime) -> bool:
    """Whether the customer is a member now."""
    return rule.holds(customer, now)


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
    done[name] = Rule(node=nodes[name], holds=compile_node(nodes[name], others), others=others, depth=depth)
    return done[name]


def _refused(message: str) -> InvalidInput:
    return InvalidInput(f"The rule was not saved: {message}.", [Detail("rule", message)])


def compile_node(node: Node, others: Mapping[str, Rule]) -> Test:
    """The test of one node; `others` are the segments that it may name."""
    if isinstance(node, Condition):
        return _segment_test(node, others) if node.field.kind == "segment" else node.test
    tests = [compile_node(child, others) for child in node.children]
    if node.kind == "not":
        return _none(tests[0])
    return _every(tests) if node.kind == "all" else _some(tests)


def _none(test: Test) -> Test:
    return lambda customer, now: not test(customer, now)


def _every(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda customer, now: first(customer, now) and second(customer, now)
    if len(tests) == 3:
        first, second, third = tests
        return lambda customer, now: first(customer, now) and second(customer, now) and third(customer, now)

    def test(customer: Customer, now: datetime) -> bool:
        for one in tests:  # noqa: SIM110 - a generator would cost as much as the tests
            if not one(customer, now):
                return False
        return True

    return test


def _some(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(customer: Customer, now: datetime) -> bool:
        for one in tests:  # noqa: SIM110
            if one(customer, now):
                return True
        return False

    return test


def _segment_test(condition: Condition, others: Mapping[str, Rule]) -> Test:
    test = _some([others[name].holds for name in condition.segments])
    return _none(test) if condition.op == "!=" else test


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
    bought = [{"field": "category", "op": "in", "value": list(categories)}]
    if len(categories) == 1:
        bought = [{"field": "category", "op": "contains", "value": categories[0]}]
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
