"""How the plain-text part of a mail is derived from its compiled HTML, once per version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from re import compile as regex

from chalicelib.email.html_rules import VOID
from chalicelib.email.jinja_tokens import Hiding, Token, literal
from chalicelib.email.linking import Address
from chalicelib.email.markup import Tag, Text, scan

_PARAGRAPHS = frozenset("h1 h2 h3 h4 h5 h6 p ul ol dl blockquote pre hr figure section article".split())  # noqa: SIM905
_LINES = frozenset({"div", "tr", "table", "tbody", "li", "td", "th", "br", "header", "footer", "center", "dt", "dd"})
_SILENT = frozenset({"head", "style", "title", "script"})
_HIDDEN = regex(r"display\s*:\s*none|max-height\s*:\s*0")
# Spacers are made of these, beside what Python itself takes for space.
_BLANK = " \u00a0\u200a\u200b\u200c\u200d\u034f\u00ad\ufeff"
_SPACE = regex(r"[ \t\r\n\f]+")
# Between their parts Jinja stands as it does between elements of MJML: outside of any line.
_HOLDERS = frozenset({"table", "tbody", "thead", "tr", "ul", "ol", "html", "body"})


@dataclass(slots=True)
class _Link:
    href: str
    number: int  # as in the HTML
    parts_before: int
    only: tuple[str, str] = ("", "")  # the condition around an address that stands in some mails only
    label: str = ""  # what a picture says of itself


@dataclass(slots=True)
class _Writer:
    """Writes lines with at most one empty line between them; line ends wait until there is text to follow."""

    parts: list[str] = field(default_factory=list)
    waiting: int = 0
    space: bool = False

    def end_line(self, lines: int) -> None:
        self.waiting = max(self.waiting, lines) if self.parts else 0
        self.space = False

    def settle(self) -> None:
        if self.waiting:
            self.parts.append("\n" * self.waiting)
        elif self.space and self.parts:
            self.parts.append(" ")
        self.waiting, self.space = 0, False

    def write(self, text: str) -> None:
        text = _SPACE.sub(" ", text)
        if not text.strip(_BLANK):
            self.space = self.space or (bool(text) and not self.waiting)
            return
        self.space = (self.space or text.startswith(" ")) and not self.waiting
        self.settle()
        self.parts.append(literal(text.strip(" ")))
        self.space = text.endswith(" ")


class _Reader:
    """Walks the compiled HTML and writes what a person would read."""

    def __init__(self, compiled: str, hiding: Hiding, between: frozenset[int], numbers: Mapping[int, int]) -> None:
        self._between = {id(hiding.tokens[index]) for index in between}
        self._html = compiled
        self._numbers = numbers
        self._hiding = hiding
        self._out = _Writer()
        self._stack: list[tuple[str, bool]] = []  # element, whether it is shown
        self._links: list[_Link] = []
        tags = [node for node in scan(compiled) if isinstance(node, Tag) and node.name == "a" and not node.outlook]
        self._addresses = [self._address(tag.get("href") or "") for tag in tags]

    def _address(self, href: str) -> str:
        return Address(href, self._hiding).shown

    def read(self) -> str:
        for node in scan(self._html):
            if isinstance(node, Tag) and not node.outlook:
                self._tag(node)
            elif isinstance(node, Text):
                self._text(node)
        return "".join(self._out.parts)

    @property
    def _shown(self) -> bool:
        return all(shown for _, shown in self._stack)

    def _tag(self, tag: Tag) -> None:
        if tag.kind == "close":
            self._close(tag)
            return
        shown = tag.name not in _SILENT and not _HIDDEN.search(tag.get("style") or "")
        if tag.kind == "open" and tag.name not in VOID:
            self._stack.append((tag.name, shown))
        if not (shown and self._shown):
            return
        self._break(tag.name)
        if tag.name == "a":
            self._links.append(self._link(tag))
        elif tag.name == "img" and self._links and (alt := tag.get("alt")):
            self._links[-1].label = alt
        elif tag.name == "li":
            self._out.write("- ")

    def _close(self, tag: Tag) -> None:
        if tag.name not in [name for name, _ in self._stack]:
            return
        shown = self._shown
        while self._stack.pop()[0] != tag.name:
            pass
        if not shown:
            return
        if tag.name == "a" and self._links:
            self._end_link(self._links.pop())
        self._break(tag.name)

    def _break(self, name: str) -> None:
        if name in _PARAGRAPHS:
            self._out.end_line(2)
        elif name in _LINES:
            self._out.end_line(2 if name in ("table", "div") else 1)

    def _link(self, tag: Tag) -> _Link:
        at = next((at for at, attribute in enumerate(tag.attributes) if attribute.name == "href"), None)
        if at is None:
            return _Link("", 0, len(self._out.parts))
        href = tag.attributes[at]
        around = [self._hiding.split(one.name) for one in tag.attributes[max(0, at - 1) : at + 2 : 2]] if at else []
        words = [piece for pieces in around for piece in pieces if isinstance(piece, Token)]
        first, last = (*words, None, None)[:2]
        only = (first.source(), last.source()) if first and last and first.keyword == "if" else ("", "")
        return _Link(href.value or "", self._numbers.get(href.value_start, 0), len(self._out.parts), only)

    def _end_link(self, link: _Link) -> None:
        if not link.href.strip() or link.href.startswith("#"):
            return
        if all(part.startswith("{%") for part in self._out.parts[link.parts_before :]):  # no words, at most a condition
            if self._addresses.count(self._address(link.href)) > 1:
                return  # a picture beside a link in words to the same place
            for piece in self._hiding.split(link.label):
                self._inline(piece)
        opening, closing = link.only
        if len(self._out.parts) > link.parts_before:
            self._out.parts.append(f"{opening}: ")
            self._out.space = False
        else:
            self._out.settle()
            self._out.parts.append(opening)
        self._out.parts.append(Address(link.href, self._hiding).jinja(link.number, escaped=False) + closing)

    def _text(self, node: Text) -> None:
        around = self._stack[-1][0] if self._stack else ""
        text = self._html[node.start : node.end]
        for piece in self._hiding.split(text):
            if isinstance(piece, Token) and (id(piece) in self._between or around in _HOLDERS):
                self._out.parts.append(piece.source())
                self._out.end_line(2)
            elif self._shown and not node.outlook:
                self._inline(piece)

    def _inline(self, piece: str | Token) -> None:
        if isinstance(piece, str):
            self._out.write(unescape(piece))
        else:
            self._out.settle()
            self._out.parts.append(piece.source())


def plain_text(compiled: str, hiding: Hiding, between: frozenset[int], numbers: Mapping[int, int]) -> str:
    """Jinja source of the text part: paragraphs apart, links as `label: address`, nothing that is hidden.

    Args:
        compiled: HTML with names in place of the Jinja tags.
        hiding: what the names stand for.
        between: the tags that stand outside of any line of text.
        numbers: which link has which number, by the place where its address begins.
    """
    return _Reader(compiled, hiding, between, numbers).read()
