"""Where Jinja between parts of an element goes that the MJML compiler keeps only as a whole: into them or around it.

In `mj-head` a condition moves into each style that it holds. An `mj-accordion-element` and an `mj-carousel` are written
once for each way that their conditions can go. A loop in a carousel becomes a carousel for each number of its pictures:
the compiler numbers them, and writes rules for as many as there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from re import compile as regex

from chalicelib.email.author_source import Problems
from chalicelib.email.jinja_tokens import Hiding
from chalicelib.email.markup import Comment, Tag, Text, scan

MAX_PICTURES = 6  # that a loop in a carousel may give; each number is a carousel of its own in the compiled version
MAX_VARIANTS = 24  # of one element
_COUNTED = regex(r"\bin\s+(?:picks|range)\s*\(\s*(\d+)\s*\)")
_WHOLE = frozenset({"mj-accordion-element", "mj-carousel"})
_FILLED = frozenset({"mj-style", "mj-raw"})
_SOCIAL = regex(
    r"<!--\[if mso \| IE\]><td><!\[endif\]--><table [^<>]*><tbody>((?:<!--\w+-->)+)</tbody></table>"
    r"<!--\[if mso \| IE\]></td><!\[endif\]-->"
)
_CAROUSEL = '<div class="mj-carousel">'
_CAROUSEL_ID = regex(r'(?<= )((?:name|id|for)="mj-carousel-(?:radio-)?)0{8}')


@dataclass(slots=True)
class _Block:
    """An `if` or `for` with its branches: the tokens that open each, and what stands in it."""

    branches: list[tuple[int, list["str | _Block"]]]
    closer: int = -1

    @property
    def opener(self) -> int:
        return self.branches[0][0]


_Parts = list[str | _Block]


@dataclass(slots=True)
class _Element:
    name: str
    start: int
    inner: int
    end: int = 0  # of what it holds
    after: int = 0
    children: list["_Element | int"] = field(default_factory=list)  # elements, and numbers of tokens between them


class Regrouping:
    """Rewrites hidden MJML, and cleans what the compiler made of it. Problems are added as they are met."""

    def __init__(self, hiding: Hiding, problems: Problems) -> None:
        self._hiding = hiding
        self._problems = problems
        self._variants = 0

    def before(self, hidden: str) -> str:
        """The source with every token where the compiler keeps it."""
        parts, done = [], 0
        for element in _elements(hidden, self._hiding):
            if not any(isinstance(child, int) for child in element.children):
                continue
            content = self._content(hidden, element)
            parts.append(hidden[done : element.start])
            if element.name == "mj-head":
                inside = "".join(self._filled(part) for part in content)
                parts += [hidden[element.start : element.inner], inside, hidden[element.end : element.after]]
            else:
                parts.append(self._written_out(hidden, element, content))
            done = element.after
        return "".join([*parts, hidden[done:]])

    def after(self, compiled: str) -> str:
        """The compiled markup without the cells around lone tokens, and with an id of its own for each carousel."""
        first, *others = _SOCIAL.sub(r"\1", compiled).split(_CAROUSEL)
        numbered = [_CAROUSEL_ID.sub(rf"\g<1>{number:08}", other) for number, other in enumerate(others)]
        return _CAROUSEL.join([first, *numbered])

    def _content(self, text: str, element: _Element) -> _Parts:
        """The children in order, as text, in the blocks that hold them."""
        top: _Parts = []
        stack: list[_Block] = []
        for child in element.children:
            into = stack[-1].branches[-1][1] if stack else top
            if isinstance(child, _Element):
                into.append(text[child.start : child.after])
                continue
            word = self._hiding.tokens[child].keyword
            if word in ("if", "for"):
                stack.append(_Block([(child, [])]))
                into.append(stack[-1])
            elif word in ("elif", "else") and stack:
                stack[-1].branches.append((child, []))
            elif word in ("endif", "endfor") and stack:
                stack.pop().closer = child
            else:
                self._refuse(child, f"`{word}` cannot stand inside <{element.name}>. Put it before <mj-body>.")
        return top

    def _refuse(self, number: int, message: str) -> None:
        self._problems.add(self._hiding.tokens[number].start, message)

    # mj-head: into each style ---------------------------------------------------------------------------------------

    def _filled(self, part: str | _Block, before: str = "", after: str = "") -> str:
        """The elements of a part, each with the whole block around what it holds, empty but for its own branch."""
        if isinstance(part, str):
            return self._wrapped(part, before, after) if before else part
        openers = [self._hiding.name(number) for number, _ in part.branches]
        closer = self._hiding.name(part.closer)
        filled = ""
        for index, (number, inside) in enumerate(part.branches):
            for inner in inside:
                if isinstance(inner, str) and not _fillable(inner):
                    self._refuse(number, _in_head(inner))
                    continue
                around = before + "".join(openers[: index + 1]), "".join(openers[index + 1 :]) + closer + after
                filled += self._filled(inner, *around)
        return filled

    def _wrapped(self, element: str, before: str, after: str) -> str:
        opening, closing = element.index(">") + 1, element.rindex("</")
        return element[:opening] + before + element[opening:closing] + after + element[closing:]

    # Written out once for each way ----------------------------------------------------------------------------------

    def _written_out(self, text: str, element: _Element, content: _Parts) -> str:
        opening, closing = text[element.start : element.inner], text[element.end : element.after]

        def build(inside: Sequence[str]) -> str:
            self._variants += 1
            return opening + "".join(inside) + closing if inside else ""

        self._variants = 0
        written = self._ways(content, [], build, element.name)
        if self._variants > MAX_VARIANTS:
            first = next(child for child in element.children if isinstance(child, int))
            self._refuse(first, f"The conditions in this <{element.name}> can go more than {MAX_VARIANTS} ways.")
        return written

    def _ways(self, rest: _Parts, done: list[str], build: Callable[[Sequence[str]], str], around: str) -> str:
        if self._variants > MAX_VARIANTS:
            return ""
        at = next((place for place, part in enumerate(rest) if isinstance(part, _Block)), len(rest))
        done = done + [part for part in rest[:at] if isinstance(part, str)]
        if at == len(rest):
            return build(done)
        part, others = rest[at], rest[at + 1 :]
        assert isinstance(part, _Block)  # noqa: S101 - for the type checker
        if self._hiding.tokens[part.opener].keyword == "for":
            return self._loop(part, others, done, build, around)
        branches = [*part.branches]
        if self._hiding.tokens[branches[-1][0]].keyword != "else":
            branches.append((self._hiding.added("else", self._hiding.tokens[part.closer].start), []))
        ways = [
            self._hiding.comment(number) + self._ways(inside + others, done, build, around)
            for number, inside in branches
        ]
        return "".join(ways) + self._hiding.comment(part.closer)

    def _loop(
        self, loop: _Block, others: _Parts, done: list[str], build: Callable[[Sequence[str]], str], around: str
    ) -> str:
        """A carousel for each number of rounds, chosen in the first round; none: what stands after `else`."""
        number, body = loop.branches[0]
        token = self._hiding.tokens[number]
        if around != "mj-carousel" or not all(isinstance(part, str) for part in body):
            mend = "Put it inside mj-accordion-text." if around != "mj-carousel" else "Write {% for x in xs if ... %}."
            self._refuse(number, f"This loop cannot stand inside <{around}> as it is. {mend}")
            return ""
        counted = _COUNTED.search(token.inner)
        most = min(int(counted.group(1)) if counted else MAX_PICTURES, MAX_PICTURES)
        ways = self._hiding.comment(number) + self._added("if loop.first", token.start)
        for rounds in range(1, most + 1):
            test = f"{'if' if rounds == 1 else 'elif'} loop.length == {rounds}" if rounds < most else "else"
            if most > 1:
                ways += self._added(test, token.start)
            copies = [self._round(str(part), number, loop.closer, n) for n in range(rounds) for part in body]
            ways += self._ways(others, done + copies, build, around)
        ways += self._added("endif", token.start) * (2 if most > 1 else 1)
        [empty] = loop.branches[1:] or [(self._hiding.added("else", token.start), [])]
        ways += self._hiding.comment(empty[0]) + self._ways(empty[1] + others, done, build, around)
        return ways + self._hiding.comment(loop.closer)

    def _added(self, inner: str, start: int) -> str:
        return self._hiding.comment(self._hiding.added(inner, start))

    def _round(self, element: str, opener: int, closer: int, index: int) -> str:
        """One picture with the loop in each of its values, where it shows its own round only."""
        name, start = self._hiding.name, self._hiding.tokens[opener].start
        test, end = (self._hiding.added(inner, start) for inner in (f"if loop.index0 == {index}", "endif"))
        before, after = name(opener) + name(test), name(end) + name(closer)
        parts, done = [], 0
        for tag in (node for node in scan(element) if isinstance(node, Tag)):
            for attribute in tag.attributes:
                if attribute.value and self._hiding.numbers(attribute.value):
                    stop = attribute.value_start + len(attribute.value)
                    parts += [element[done : attribute.value_start], before, attribute.value, after]
                    done = stop
        return "".join([*parts, element[done:]])


def _fillable(element: str) -> bool:
    opening = element[: element.index(">") + 1]
    return opening[1:].split()[0].rstrip("/>") in _FILLED and "inline" not in opening and not opening.endswith("/>")


def _in_head(element: str) -> str:
    name = element[1:].split(">")[0].split()[0].rstrip("/")
    mend = {
        "mj-title": "Put the condition inside <mj-title>.",
        "mj-preview": "Put the condition inside <mj-preview>.",
        "mj-attributes": 'Put it into a value: color="{% if ... %}red{% else %}blue{% endif %}".',
        "mj-style": "What is inlined is inlined for every mail: put the condition into a plain mj-style.",
    }
    return f"<{name}> cannot depend on a condition as a whole. {mend.get(name, 'Put it outside of the condition.')}"


def _elements(text: str, hiding: Hiding) -> list[_Element]:
    """The head, the accordion elements and the carousels, with what stands in them."""
    found: list[_Element] = []
    around: _Element | None = None
    child: _Element | None = None
    for node in scan(text):
        if isinstance(node, Tag) and around is None:
            if node.kind == "open" and node.name in _WHOLE | {"mj-head"}:
                around = _Element(node.name, node.start, node.end)
        elif isinstance(node, Tag) and around is not None:
            if child is not None:
                if node.kind == "close" and node.name == child.name:
                    child.after = node.end
                    child = None
            elif node.kind == "close":
                around.end, around.after = node.start, node.end
                found.append(around)
                around = None
            else:
                part = _Element(node.name, node.start, node.end, after=node.end)
                around.children.append(part)
                child = part if node.kind == "open" else None
        elif isinstance(node, Comment | Text) and around is not None and child is None:
            number = hiding.in_comment(text[node.start : node.end])
            if number is not None:
                around.children.append(number)
    return found
