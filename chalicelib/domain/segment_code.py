"""How a rule becomes one Python function: its conditions are written into one syntax tree, which is compiled once.

A scan asks a rule of every customer. A tree of closures costs some calls for each condition; one compiled expression
costs what the same expression costs when somebody writes it by hand. The tree is made of nodes, never of text, and
every value of a rule stands in the function's namespace under a name of ours: no word of a rule is ever read as code.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from types import CodeType, FunctionType
from typing import Any, Protocol

from chalicelib.domain.customers import Customer
from chalicelib.domain.history import NO_HISTORY, History

_CUSTOMER, _NOW, _HISTORY = "c", "now", "history"
_CUSTOMERS, _HISTORIES = "customers", "histories"


class Holds(Protocol):
    """Whether a rule holds for one customer at one time."""

    def __call__(self, customer: Customer, now: datetime, history: History = ..., /) -> bool:
        """Never raises, whatever the customer lacks."""
        ...


class Select(Protocol):
    """Those of some customers for whom a rule holds at one time."""

    def __call__(
        self, customers: Iterable[Customer], now: datetime, histories: Callable[[Customer], History] = ..., /
    ) -> Iterator[Customer]:
        """In the order given, one after the other."""
        ...


class Writer:
    """Collects one function's namespace, its local names, and what it works out once before it looks at customers."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {}
        self.first: list[ast.stmt] = []
        self._moments: dict[tuple[timedelta, bool], str] = {}
        self._names = 0

    def _name(self) -> str:
        self._names += 1
        return f"v{self._names}"

    def value(self, value: Any) -> ast.expr:
        """A value of the rule, or a function."""
        name = self._name()
        self.namespace[name] = value
        return _load(name)

    def read(self, path: Sequence[str]) -> ast.expr:
        """A field of the customer, by the names of its attributes."""
        found: ast.expr = _load(_CUSTOMER)
        for name in path:
            found = ast.Attribute(value=found, attr=name, ctx=ast.Load())
        return found

    def call(self, function: Callable[..., Any], *arguments: ast.expr) -> ast.expr:
        """The answer of a function."""
        return ast.Call(func=self.value(function), args=list(arguments), keywords=[])

    @property
    def customer(self) -> ast.expr:
        """The customer who is asked for."""
        return _load(_CUSTOMER)

    @property
    def now(self) -> ast.expr:
        """The time that is asked for."""
        return _load(_NOW)

    @property
    def history(self) -> ast.expr:
        """What the customer bought and did."""
        return _load(_HISTORY)

    def kept(self, found: ast.expr) -> tuple[ast.expr, Callable[[], ast.expr]]:
        """(the expression, which also keeps its value; how to read that value again)."""
        name = self._name()
        return ast.NamedExpr(target=ast.Name(id=name, ctx=ast.Store()), value=found), lambda: _load(name)

    def before(self, span: timedelta, *, day: bool) -> ast.expr:
        """The time, or the day of UTC, so long before now: worked out once, not for each customer."""
        if (span, day) not in self._moments:
            name = self._moments[span, day] = self._name()
            found: ast.expr = ast.BinOp(left=self.now, op=ast.Sub(), right=self.value(span))
            if day:
                found = ast.Call(func=ast.Attribute(value=found, attr="date", ctx=ast.Load()), args=[], keywords=[])
            self.first.append(ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=found))
        return _load(self._moments[span, day])


def _load(name: str) -> ast.expr:
    return ast.Name(id=name, ctx=ast.Load())


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    """One comparison."""
    return ast.Compare(left=left, ops=[operator], comparators=[right])


def is_known(found: ast.expr) -> ast.expr:
    """Whether it is not None."""
    return compare(found, ast.IsNot(), ast.Constant(value=None))


def every(parts: Sequence[ast.expr]) -> ast.expr:
    """All of them; True where there are none."""
    return _joined(parts, ast.And(), empty=True)


def some(parts: Sequence[ast.expr]) -> ast.expr:
    """At least one of them; False where there are none."""
    return _joined(parts, ast.Or(), empty=False)


def _joined(parts: Sequence[ast.expr], operator: ast.boolop, *, empty: bool) -> ast.expr:
    if not parts:
        return ast.Constant(value=empty)
    return parts[0] if len(parts) == 1 else ast.BoolOp(op=operator, values=list(parts))


def negated(part: ast.expr) -> ast.expr:
    """Not that one."""
    return ast.UnaryOp(op=ast.Not(), operand=part)


Write = Callable[[Writer], ast.expr]


def compile_holds(write: Write) -> Holds:
    """The function that asks one customer."""
    writer = Writer()
    answer = ast.Return(value=write(writer))
    function = _function("holds", [_CUSTOMER, _NOW, _HISTORY], [*writer.first, answer], writer.namespace)
    function.__defaults__ = (NO_HISTORY,)
    return function


def compile_select(write: Write) -> Select:
    """The function that asks many, and works out what depends on the time alone only once."""
    writer = Writer()
    condition = write(writer)
    history = ast.Assign(
        targets=[ast.Name(id=_HISTORY, ctx=ast.Store())],
        value=ast.Call(func=_load(_HISTORIES), args=[_load(_CUSTOMER)], keywords=[]),
    )
    found = ast.If(test=condition, body=[ast.Expr(value=ast.Yield(value=_load(_CUSTOMER)))], orelse=[])
    uses = any(isinstance(node, ast.Name) and node.id == _HISTORY for node in ast.walk(condition))
    body: list[ast.stmt] = [history, found] if uses else [found]
    loop = ast.For(
        target=ast.Name(id=_CUSTOMER, ctx=ast.Store()), iter=_load(_CUSTOMERS), body=body, orelse=[], type_comment=None
    )
    function = _function("select", [_CUSTOMERS, _NOW, _HISTORIES], [*writer.first, loop], writer.namespace)
    function.__defaults__ = (_no_history,)
    return function


def _no_history(_: Customer) -> History:
    return NO_HISTORY


def _function(name: str, arguments: Sequence[str], body: list[ast.stmt], namespace: dict[str, Any]) -> FunctionType:
    signature = ast.arguments(
        posonlyargs=[], args=[ast.arg(arg=one) for one in arguments], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    definition = ast.FunctionDef(name=name, args=signature, body=body, decorator_list=[], returns=None)
    if "type_params" in ast.FunctionDef._fields:  # Python 3.12 and newer
        definition.type_params = []  # type: ignore[attr-defined]
    module = ast.fix_missing_locations(ast.Module(body=[definition], type_ignores=[]))
    compiled = compile(module, "<rule>", "exec")
    [code] = [constant for constant in compiled.co_consts if isinstance(constant, CodeType)]
    return FunctionType(code, namespace, name)
