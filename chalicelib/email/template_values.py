"""What each Jinja expression of a template may read, call and compute, of which kind its value is, and how long."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from chalicelib.domain.picks import ORDERS
from chalicelib.email.author_source import Problems, nearest
from chalicelib.email.guards import Facts, facts
from chalicelib.email.known_variables import (
    FILTERS,
    MAX_BATCH,
    MAX_NUMBER,
    MAX_PICKS,
    MAX_RANGE,
    MAY_BE_NULL,
    TESTS,
    VARIABLES,
    Anything,
    Fields,
    Function,
    Kind,
    ListOf,
    Value,
    field_named,
)
from chalicelib.email.survey_calls import wrong_survey

MAX_OUTPUT = 2_000_000  # characters that a text could grow to
VALUE_SIZE = 2_000  # characters that one variable may well have
LIST_SIZE = MAX_RANGE
ANY: Kind = Anything()
VALUE: Kind = Value()
_UNESCAPING = frozenset({"safe", "forceescape", "autoescape", "xmlattr", "tojson"})
WHAT = {
    "Macro": "`{% macro %}` is not allowed. Put what repeats into a loop or a partial.",
    "CallBlock": "`{% call %}` is not allowed.",
    "FilterBlock": "`{% filter %}` is not allowed. Put the filter behind the value: {{ value | filter }}.",
    "Scope": "`{% autoescape %}` is not allowed: values are always escaped.",
    "Import": "`{% import %}` is not allowed.",
    "FromImport": "`{% from %}` is not allowed.",
    "Extends": "`{% extends %}` is not allowed. Use {% include 'partials/...' %}.",
    "Block": "`{% block %}` is not allowed. Use {% include 'partials/...' %}.",
    "Include": "Include by a literal name: {% include 'partials/footer.mjml' %}.",
    "With": "`{% with %}` is not allowed. Use {% set %}.",
    "AssignBlock": "`{% set %}` needs a value here: {% set name = value %}.",
    "NSRef": "Only plain names can be set.",
    "Pow": "`**` is not allowed.",
    "Dict": "A dictionary is not allowed here.",
    "TemplateData": "This is not allowed here.",
}


_TAKES = {"picks": "`picks` takes a number and how to pick: picks(4), picks(4, by='favourites') or picks(4, by='new')."}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a value: its kind and the characters it may have at most."""

    kind: Kind
    size: int = VALUE_SIZE
    constant: Any = None


@dataclass(slots=True)
class Findings:
    """What a template reads."""

    variables: set[str] = field(default_factory=set)


class Expressions:
    """The rules for expressions. `place` leads from a line and a name on it to the place of a problem."""

    def __init__(self, problems: Problems, findings: Findings, place: Callable[[int, str], int]) -> None:
        self._problems = problems
        self._findings = findings
        self._place = place
        self._scopes: list[dict[str, Known]] = [{}]

    def _refuse(self, node: nodes.Node, message: str, name: str = "") -> Known:
        lines = (found.lineno for found in (node, *node.iter_child_nodes()) if found.lineno)
        self._problems.add(self._place(next(lines, 1), name), message)
        return Known(ANY)

    def _value(self, node: nodes.Node, known: Facts) -> Known:
        method = getattr(self, f"_of_{type(node).__name__.lower()}", None)
        if method is None:
            return self._refuse(node, WHAT.get(type(node).__name__, "This expression is not allowed."))
        value: Known = method(node, known)
        if value.size > MAX_OUTPUT:
            return self._refuse(node, f"A text here could grow beyond {MAX_OUTPUT:,} characters.")
        return value

    def _of_const(self, node: nodes.Const, known: Facts) -> Known:
        if isinstance(node.value, int | float) and not -MAX_NUMBER <= node.value <= MAX_NUMBER:
            return self._refuse(node, f"Numbers go up to {MAX_NUMBER:,}.")
        size = len(node.value) if isinstance(node.value, str) else 20
        return Known(VALUE, size, node.value)

    def _of_name(self, node: nodes.Name, known: Facts) -> Known:
        for scope in reversed(self._scopes):
            if node.name in scope:
                return scope[node.name]
        if node.name in VARIABLES:
            self._findings.variables.add(node.name)
            return Known(VARIABLES[node.name])
        return self._refuse(node, f"There is no variable `{node.name}`.{self._instead(node.name)}", node.name)

    def _instead(self, name: str) -> str:
        """The mend for the name of a variable that does not exist."""
        if name.lower() in ("null", "nil"):
            return " Write none."
        if field := field_named(name):
            return f" Did you mean {field!r}?"
        return nearest(name, frozenset(VARIABLES) | frozenset(name for scope in self._scopes for name in scope))

    def _of_getattr(self, node: nodes.Getattr, known: Facts) -> Known:
        return self._field(node, node.node, node.attr, known)

    def _of_getitem(self, node: nodes.Getitem, known: Facts) -> Known:
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._field(node, node.node, node.arg.value, known)
        value = self._value(node.node, known)
        if isinstance(node.arg, nodes.Slice):
            return self._sliced(node, node.arg, value)
        if not (isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, int)):
            return self._refuse(node, "Between `[` and `]` stands a number or a name in quotes, nothing computed.")
        return Known(value.kind.item if isinstance(value.kind, ListOf) else ANY, value.size)

    def _sliced(self, node: nodes.Getitem, part: nodes.Slice, value: Known) -> Known:
        """`products[:3]`: a part of a list or a text, between numbers that are written out."""
        start, stop = _end(part.start), _end(part.stop)
        if -1 in (start, stop) or part.step is not None or not isinstance(value.kind, ListOf | Anything | Value):
            return self._refuse(node, f"A part of a list is written products[:3], with numbers up to {LIST_SIZE}.")
        return Known(value.kind, value.size, value.constant if stop is None else max(stop - (start or 0), 0))

    def _field(self, node: nodes.Expr, of: nodes.Expr, name: str, known: Facts) -> Known:
        owner = self._value(of, known)
        if name.startswith("_"):
            return self._refuse(node, f"`{name}`: no name may begin with an underscore.", name)
        if isinstance(of, nodes.Name) and of.name in MAY_BE_NULL and of.name not in known:
            mend = f"Put it inside {{% if {of.name} %}} ... {{% endif %}}."
            self._refuse(node, f"`{of.name}` is null in a message without one. {mend}", f"{of.name}.{name}")
        path = dotted(node)
        if path and path.split(".")[0] in VARIABLES:
            self._findings.variables.add(path)
        if isinstance(owner.kind, Fields):
            return self._known_field(node, owner.kind, name, dotted(of) or "this")
        if isinstance(owner.kind, Anything):
            return Known(ANY)
        return self._refuse(node, f"`{dotted(of) or 'this'}` has no field `{name}`.", name)

    def _known_field(self, node: nodes.Expr, kind: Fields, name: str, owner: str) -> Known:
        if name in kind.known:
            return Known(kind.known[name])
        if kind.open:
            return Known(ANY)
        mend = nearest(name, frozenset(kind.known))
        return self._refuse(node, f"`{owner}` has no field `{name}`.{mend}", name)

    def _of_call(self, node: nodes.Call, known: Facts) -> Known:
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in VARIABLES or not isinstance(VARIABLES[name], Function):
            called = dotted(node.node) or "this"
            functions = "link(url), survey(question, answer), picks(n), range(n)"
            return self._refuse(node, f"`{called}` cannot be called. Only {functions}.", called)
        function = self._value(node.node, known)
        values = [self._value(argument, known) for argument in node.args]
        if name == "survey":
            return self._refuse(node, wrong, name) if (wrong := wrong_survey(node)) else Known(VALUE)
        if len(values) != 1 or node.dyn_args or node.dyn_kwargs or not self._known_order(node, name, known):
            return self._refuse(node, _TAKES.get(name, f"`{name}` takes one value."), name)
        assert isinstance(function.kind, Function)  # noqa: S101 - for the type checker
        if name == "link":
            return Known(function.kind.gives)
        return self._counted(node, name, values[0].constant, function.kind.gives)

    def _known_order(self, node: nodes.Call, name: str, known: Facts) -> bool:
        """Whether the only named value of a call, if there is one, is how products are picked."""
        given = [(word.key, self._value(word.value, known).constant) for word in node.kwargs]
        return not given or (name == "picks" and given in [[("by", order)] for order in ORDERS])

    def _counted(self, node: nodes.Call, name: str, count: Any, gives: Kind) -> Known:
        limit = MAX_PICKS if name == "picks" else MAX_RANGE
        if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= limit:
            return self._refuse(node, f"`{name}(n)` takes a number from 1 to {limit}, written out.", name)
        return Known(gives, VALUE_SIZE * count, count)

    def _of_filter(self, node: nodes.Filter, known: Facts) -> Known:
        value = self._value(node.node, known) if node.node is not None else Known(ANY)
        arguments = [self._value(argument, known) for argument in node.args]
        arguments += [self._value(argument.value, known) for argument in node.kwargs]
        if node.dyn_args or node.dyn_kwargs:
            self._refuse(node, "`*` and `**` are not allowed here.", node.name)
        if node.name in _UNESCAPING:
            return self._refuse(node, f"The filter `{node.name}` is not allowed: values are always escaped.", node.name)
        if node.name not in FILTERS:
            return self._refuse(node, f"There is no filter `{node.name}`.{nearest(node.name, FILTERS)}", node.name)
        return self._filtered(node, value, arguments)

    def _filtered(self, node: nodes.Filter, value: Known, arguments: Sequence[Known]) -> Known:
        extra = sum(argument.size for argument in arguments)
        if node.name in ("first", "last"):
            return Known(value.kind.item if isinstance(value.kind, ListOf) else ANY, value.size)
        if node.name == "batch":
            count = arguments[0].constant if arguments else None
            if not isinstance(count, int) or not 1 <= count <= MAX_BATCH:
                return self._refuse(node, f"`batch(n)` takes a number from 1 to {MAX_BATCH}, written out.", "batch")
            return Known(ListOf(value.kind), value.size, value.constant)
        if node.name in ("default", "d"):
            return Known(value.kind, max(value.size, extra))
        if node.name == "join":
            return Known(VALUE, value.size + extra * LIST_SIZE)
        return Known(VALUE, 3 * value.size + extra if node.name == "urlencode" else value.size + extra)

    def _of_test(self, node: nodes.Test, known: Facts) -> Known:
        self._value(node.node, known)
        for argument in node.args:
            self._value(argument, known)
        if node.name not in TESTS:
            return self._refuse(node, f"There is no test `{node.name}`.{nearest(node.name, TESTS)}", node.name)
        return Known(VALUE, 5)

    def _of_condexpr(self, node: nodes.CondExpr, known: Facts) -> Known:
        self._value(node.test, known)
        holds, fails = facts(node.test)
        first = self._value(node.expr1, known | holds)
        if node.expr2 is None:
            return first
        second = self._value(node.expr2, known | fails)
        return Known(first.kind if first.kind == second.kind else ANY, max(first.size, second.size))

    def _of_and(self, node: nodes.And, known: Facts) -> Known:
        return self._either(node, known, known | facts(node.left)[0])

    def _of_or(self, node: nodes.Or, known: Facts) -> Known:
        return self._either(node, known, known | facts(node.left)[1])

    def _either(self, node: nodes.BinExpr, left_known: Facts, right_known: Facts) -> Known:
        left, right = self._value(node.left, left_known), self._value(node.right, right_known)
        return Known(left.kind if left.kind == right.kind else ANY, max(left.size, right.size))

    def _of_not(self, node: nodes.Not, known: Facts) -> Known:
        self._value(node.node, known)
        return Known(VALUE, 5)

    def _of_compare(self, node: nodes.Compare, known: Facts) -> Known:
        self._value(node.expr, known)
        for operand in node.ops:
            self._value(operand.expr, known)
        return Known(VALUE, 5)

    def _of_concat(self, node: nodes.Concat, known: Facts) -> Known:
        return Known(VALUE, sum(self._value(part, known).size for part in node.nodes))

    def _number(self, node: nodes.BinExpr, known: Facts) -> Known:
        """`+ - * / // %`: the sandbox lets them work on numbers only, but for `+`."""
        left, right = self._value(node.left, known), self._value(node.right, known)
        if isinstance(node, nodes.Add):
            return Known(VALUE, left.size + right.size)
        for side in (left, right):
            if isinstance(side.constant, str):
                return self._refuse(node, f"`{node.operator}` is for numbers only.", node.operator)
        return Known(VALUE, 40)

    _of_add = _of_sub = _of_mul = _of_div = _of_floordiv = _of_mod = _number

    def _of_neg(self, node: nodes.Neg, known: Facts) -> Known:
        value = self._value(node.node, known)
        return Known(VALUE, 40, -value.constant if isinstance(value.constant, int | float) else None)

    def _of_list(self, node: nodes.List, known: Facts) -> Known:
        sizes = [self._value(item, known).size for item in node.items]
        if len(sizes) > LIST_SIZE:
            self._refuse(node, f"A list of more than {LIST_SIZE} values.")
        return Known(ListOf(VALUE), sum(sizes), len(sizes) or 1)

    _of_tuple = _of_list


def _end(node: nodes.Expr | None) -> int | None:
    """An end of a slice: None where it is left out, -1 where it is no plain number."""
    if node is None:
        return None
    value = node.value if isinstance(node, nodes.Const) else -1
    return value if type(value) is int and 0 <= value <= LIST_SIZE else -1


def dotted(node: nodes.Node) -> str:
    """A chain of names as the author wrote it, `customer.first_name`; empty for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr) and (owner := dotted(node.node)):
        return f"{owner}.{node.attr}"
    return ""
