"""When a template has made sure that `offer` or `voucher` is there before it reads their fields."""

from jinja2 import nodes

from chalicelib.email.known_variables import MAY_BE_NULL

Facts = frozenset[str]
NOTHING: Facts = frozenset()


def facts(test: nodes.Node) -> tuple[Facts, Facts]:
    """Which nullable names are known to be there (where the test holds, where it does not)."""
    if isinstance(test, nodes.Name):
        return (frozenset({test.name}) & MAY_BE_NULL, NOTHING)
    if isinstance(test, nodes.Not):
        holds, fails = facts(test.node)
        return (fails, holds)
    if isinstance(test, nodes.And):
        left, right = facts(test.left), facts(test.right)
        return (left[0] | right[0], left[1] & right[1])
    if isinstance(test, nodes.Or):
        left, right = facts(test.left), facts(test.right)
        return (left[0] & right[0], left[1] | right[1])
    if isinstance(test, nodes.Test) and isinstance(test.node, nodes.Name):
        return _tested(test.name, frozenset({test.node.name}) & MAY_BE_NULL)
    if isinstance(test, nodes.Compare):
        return _compared(test)
    return (NOTHING, NOTHING)


def _tested(name: str, subject: Facts) -> tuple[Facts, Facts]:
    # `is defined` says nothing: the variable is always defined, if only as null.
    return (NOTHING, subject) if name == "none" else (NOTHING, NOTHING)


def _compared(test: nodes.Compare) -> tuple[Facts, Facts]:
    [operand, *others] = test.ops
    null = isinstance(operand.expr, nodes.Const) and operand.expr.value is None
    if others or not null or not isinstance(test.expr, nodes.Name):
        return (NOTHING, NOTHING)
    subject = frozenset({test.expr.name}) & MAY_BE_NULL
    return (
        (subject, NOTHING) if operand.op == "ne" else (NOTHING, subject) if operand.op == "eq" else (NOTHING, NOTHING)
    )
