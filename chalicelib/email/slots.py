"""How a Jinja source is cut into what every mail of a version has and the slots that differ from person to person."""

from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Any

from jinja2 import Environment, nodes

from chalicelib.domain.templates import Slotted

# Ends each slot in what Jinja gives. Nobody outside this process knows it, so no customer's name holds it.
_END = f"<{token_hex(16)}>"


class SlottedTemplate:
    """A template that renders its slots alone; text at the top level is known before any render.

    A condition or a loop is one slot as a whole. What Jinja runs is what the author wrote, in the same order, without
    the text in between; so the joined pieces are, letter by letter, what the whole source renders.

    Args:
        environment: in which it is rendered.
        source: Jinja, without blocks and inheritance.
    """

    def __init__(self, environment: Environment, source: str) -> None:
        parsed = environment.parse(source)
        fixed, body = [""], []
        open_slot = False
        for node in _pieces(parsed):
            if not isinstance(node, nodes.TemplateData):
                body.append(node)
                open_slot = open_slot or not isinstance(node, nodes.Assign)
            elif open_slot:
                body.append(_end())
                fixed.append(node.data)
                open_slot = False
            else:
                fixed[-1] += node.data
        if open_slot:
            body.append(_end())
            fixed.append("")
        self._fixed = tuple(fixed)
        self._slots = environment.from_string(nodes.Template(body, lineno=1).set_environment(environment))  # type: ignore[arg-type]

    def render(self, variables: Mapping[str, Any]) -> Slotted:
        """One person's text. Raises what Jinja's own `render` raises."""
        pieces = list(self._slots.generate(variables))
        slots: list[tuple[str, ...]] = []
        start = 0
        for _ in self._fixed[1:]:
            end = pieces.index(_END, start)
            slots.append(tuple(pieces[start:end]))
            start = end + 1
        return Slotted(self._fixed, tuple(slots))


def _pieces(parsed: nodes.Template) -> Iterator[nodes.Node]:
    """The top level, each printed expression and each run of text for itself."""
    for node in parsed.body:
        if not isinstance(node, nodes.Output):
            yield node
            continue
        for part in node.nodes:
            yield part if isinstance(part, nodes.TemplateData) else nodes.Output([part], lineno=node.lineno)


def _end() -> nodes.Output:
    return nodes.Output([nodes.TemplateData(_END, lineno=1)], lineno=1)
