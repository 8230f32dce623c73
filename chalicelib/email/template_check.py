"""Which Jinja statements a template may hold: conditions, bounded loops, plain `set`. Nothing un-escapes."""

from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from chalicelib.email.author_source import Problems
from chalicelib.email.foreign_syntax import foreign, syntax_mend
from chalicelib.email.guards import NOTHING, Facts, facts
from chalicelib.email.jinja_tokens import Token, for_parser
from chalicelib.email.known_variables import LOOP, VARIABLES, Anything, Fields, Function, ListOf
from chalicelib.email.template_values import (
    ANY,
    LIST_SIZE,
    MAX_OUTPUT,
    WHAT,
    Expressions,
    Findings,
    Known,
    dotted,
)

MAX_LOOPS = 3  # loops in each other
MAX_STEPS = 5_000  # rounds of all loops in each other
MAX_MAIL = 10 * MAX_OUTPUT  # characters that a mail could grow to


def check_jinja(
    text: str, tokens: Sequence[Token], problems: Problems, findings: Findings, *, place: Callable[[int, str], int]
) -> None:
    """Add a problem for everything in the source's Jinja that is not allowed.

    Args:
        place: from a line of `text` and a name on it to the place of the problem.
    """
    for token in tokens:
        if token.kind == "block" and token.keyword in ("raw", "endraw"):
            problems.add(token.start, "`{% raw %}` is not allowed. Write {{ '{{' }} for the braces themselves.")
    strange = [(token.start, message) for token in tokens if (message := foreign(token))]
    for start, message in strange:
        problems.add(start, message)
    if strange:
        return  # Jinja would stumble over the same, with less to say
    try:
        tree = Environment(autoescape=True).parse(for_parser(text, tokens))
    except TemplateSyntaxError as error:
        problems.add(place(error.lineno, ""), syntax_mend(error.message or "syntax error"))
        return
    except RecursionError:
        problems.add(0, "The Jinja of this template is nested too deep.")
        return
    except ValueError:  # Python reads no number of more than 4,300 digits
        problems.add(0, "A number in the Jinja of this template is too long to be read.")
        return
    _Check(problems, findings, place).run(tree)


class _Check(Expressions):
    """One walk over the tree, in the order in which the mail is rendered."""

    def __init__(self, problems: Problems, findings: Findings, place: Callable[[int, str], int]) -> None:
        super().__init__(problems, findings, place)
        self._rounds = [1]

    def run(self, tree: nodes.Template) -> None:
        try:
            size = self._body(tree.body, NOTHING)
            if size > MAX_MAIL and not self._problems.found:  # what is unknown counts as long: it has to be named first
                self._problems.add(0, f"The mail could grow beyond {MAX_MAIL:,} characters. Print less inside loops.")
        except RecursionError:
            self._problems.add(0, "The Jinja of this template is nested too deep.")

    def _body(self, body: Sequence[nodes.Node], known: Facts) -> int:
        """Check the statements in order; the characters that they print at most."""
        return sum(self._statement(node, known) for node in body)

    def _statement(self, node: nodes.Node, known: Facts) -> int:
        if isinstance(node, nodes.Output):
            return sum(self._printed(part, known) for part in node.nodes)
        if isinstance(node, nodes.If):
            return self._if(node, known)
        if isinstance(node, nodes.For):
            return self._for(node, known)
        if isinstance(node, nodes.Assign):
            self._set(node, known)
            return 0
        self._refuse(node, WHAT.get(type(node).__name__, f"`{type(node).__name__.lower()}` is not allowed."))
        return 0

    def _printed(self, node: nodes.Expr, known: Facts) -> int:
        if isinstance(node, nodes.TemplateData):
            return 0
        value = self._value(node, known)
        if isinstance(value.kind, Fields | ListOf | Function):
            name = dotted(node) or "this"
            whole = {Fields: "has fields: print one of them", ListOf: "is a list: loop over it, or use join"}
            self._refuse(node, f"`{name}` {whole.get(type(value.kind), f'is a function: call it, {name}(...)')}.", name)
        return value.size

    def _if(self, node: nodes.If, known: Facts) -> int:
        sizes = []
        for branch in (node, *node.elif_):
            self._value(branch.test, known)
            holds, fails = facts(branch.test)
            sizes.append(self._body(branch.body, known | holds))
            known = known | fails
        return max([*sizes, self._body(node.else_, known)])

    def _for(self, node: nodes.For, known: Facts) -> int:
        items = self._value(node.iter, known)
        rounds = self._rounds_of(node, items)
        self._rounds.append(rounds)
        if len(self._rounds) > MAX_LOOPS + 1 or _product(self._rounds) > MAX_STEPS:
            self._refuse(node, f"At most {MAX_LOOPS} loops in each other, and {MAX_STEPS:,} rounds in all.", "for")
        item = items.kind.item if isinstance(items.kind, ListOf) else ANY
        size = items.size // rounds
        self._scopes.append({name: Known(item, size) for name in _names(node.target)} | {"loop": Known(LOOP)})
        if node.test:
            self._value(node.test, known)
        printed = self._body(node.body, known) * rounds
        self._scopes.pop()
        self._rounds.pop()
        return max(printed, self._body(node.else_, known))

    def _rounds_of(self, node: nodes.For, items: Known) -> int:
        if node.recursive:
            self._refuse(node, "A recursive loop is not allowed.", "recursive")
        if not isinstance(items.kind, ListOf | Anything):
            self._refuse(
                node, f"`{dotted(node.iter) or 'this'}` is no list. Loop over products, picks(n) or a list.", "in"
            )
        return items.constant if isinstance(items.constant, int) and items.constant > 0 else LIST_SIZE

    def _set(self, node: nodes.Assign, known: Facts) -> None:
        value = self._value(node.node, known)
        if not isinstance(node.target, nodes.Name):
            self._refuse(node, "Only a plain name can be set: {% set name = value %}.")
            return
        name = node.target.name
        if name in VARIABLES or name == "loop":
            self._refuse(node, f"`{name}` is given by the mail and cannot be set. Use another name.", name)
        if value.size > MAX_OUTPUT:
            self._refuse(node, f"`{name}` could grow beyond {MAX_OUTPUT:,} characters.", name)
        before = self._scopes[-1].get(name, value)  # as long as the longer of both: a branch may not be taken
        self._scopes[-1][name] = Known(
            value.kind, max(value.size, before.size), _larger(value.constant, before.constant)
        )


def _larger(one: Any, other: Any) -> Any:
    """Of two numbers the larger: a list may be as long, a count as high, as in either branch."""
    return max(one, other) if isinstance(one, int) and isinstance(other, int) else one


def _names(target: nodes.Node) -> list[str]:
    if isinstance(target, nodes.Name):
        return [target.name]
    return [item.name for item in getattr(target, "items", []) if isinstance(item, nodes.Name)]


def _product(numbers: Sequence[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product
