"""How an author's source is built: which element holds what, where each Jinja tag stands, and what breaks the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from re import compile as regex

from chalicelib.email.author_source import Problems, nearest
from chalicelib.email.html_rules import OPTIONAL_END, VOID, check_attribute, check_link, check_tag
from chalicelib.email.jinja_tokens import MASK, Token
from chalicelib.email.markup import Attribute, Comment, Stray, Tag, Text, scan
from chalicelib.email.mjml_tags import ATTRIBUTES, BETWEEN, CHILDREN, ENDING, EVERY_ATTRIBUTE, SETTABLE
from chalicelib.email.style_rules import check_css, check_style_attribute

MAX_DEPTH = 100  # elements in elements; the MJML compiler dies of a few thousand
MAX_ELEMENTS = 5_000
_BLANK = regex(rf"[\s{MASK}]*\Z")
_STRAY = regex(rf"[^\s{MASK}]+")
MAX_SLIP = 3  # letters
_STEPS = {"if": 1, "for": 1, "endif": -1, "endfor": -1}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Jinja tag stands."""

    # text, attribute, default (in mj-attributes), between (elements), head (between those of mj-head), dropped,
    # prelude (a `set` before all)
    kind: str
    element: int  # number of the element around it; 0: none
    tag: str
    attribute: int = -1  # offset of the attribute's value


@dataclass(slots=True)
class _Element:
    name: str
    number: int
    start: int
    end: int  # of its opening tag


class Outline:
    """One reading of a masked source. Problems are added as they are met."""

    def __init__(self, text: str, tokens: Sequence[Token], problems: Problems, *, mjml: bool) -> None:
        self.title_span: tuple[int, int] | None = None
        self.preview_span: tuple[int, int] | None = None
        self.places: dict[int, Place] = {}  # number of the token -> place
        self.dropped: list[tuple[int, int]] = []  # comments of the author
        self.added: list[tuple[int, str]] = []  # quotes and spaces that HTML lets authors leave out
        self.links: list[tuple[int, str]] = []  # place and masked value of each `href`
        self.ignored: list[tuple[int, str, str]] = []  # attributes of other MJML elements: place, tag, attribute
        self.slips: list[int] = []  # letters outside of any element that shows them
        self.mjml = mjml
        self._text = text
        self._tokens = tokens
        self._problems = problems
        self._stack: list[_Element] = []
        self._count = 0
        self._next = 0  # the first token without a place
        self._blocks = 0  # open blocks between the elements of mj-head
        self._read()

    # One pass over the nodes ------------------------------------------------------------------------------------

    def _read(self) -> None:
        for node in scan(self._text):
            if isinstance(node, Stray):
                self._problems.add(node.start, node.message)
                return
            if isinstance(node, Text):
                self._on_text(node)
            elif isinstance(node, Comment):
                self._on_comment(node)
            elif not self._on_tag(node):
                return
        for element in self._stack:
            if not self._may_stay_open(element.name):
                self._problems.add(element.start, f"<{element.name}> is never closed. Add </{element.name}>.")
        if not self._count:
            self._problems.add(0, "The template holds no markup.")

    def _on_tag(self, tag: Tag) -> bool:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._stack) > MAX_DEPTH:
            limit = f"{MAX_ELEMENTS:,} tags" if self._count > MAX_ELEMENTS else f"{MAX_DEPTH} elements in each other"
            self._problems.add(tag.start, f"More than {limit}. Make the template smaller.")
            return False
        if tag.kind == "close":
            self._close(tag)
            return True
        self._check(tag)
        number = self._open(tag)
        for attribute in tag.attributes:
            self._take(attribute, tag, number)
            if attribute.name == "href" and tag.name not in ("mj-font", "link", "mj-all"):
                self.links.append((attribute.value_start, attribute.value or ""))
        in_defaults = any(element.name == "mj-attributes" for element in self._stack)
        if tag.name == "mj-button" and tag.get("href") is None and not in_defaults:
            self.links.append((tag.start, ""))
        self._next = self._first_from(tag.end)
        return True

    def _open(self, tag: Tag) -> int:
        if tag.kind == "open" and tag.name not in VOID and not tag.outlook:
            self._stack.append(_Element(tag.name, self._count, tag.start, tag.end))
        return self._count

    def _close(self, tag: Tag) -> None:
        if tag.outlook or tag.name in VOID:
            return
        while self._stack and self._stack[-1].name != tag.name and self._may_stay_open(self._stack[-1].name):
            if tag.name not in [element.name for element in self._stack]:
                break
            self._stack.pop()
        if not self._stack:
            self._problems.add(tag.start, f"</{tag.name}> closes nothing.")
        elif self._stack[-1].name != tag.name:
            around = self._stack[-1]
            opened = self._problems.where(around.start)
            self._problems.add(tag.start, f"</{tag.name}> closes nothing: <{around.name}> of {opened} is still open.")
            if tag.name in [element.name for element in self._stack]:
                while self._stack.pop().name != tag.name:
                    pass
        else:
            self._finish(self._stack.pop(), tag)

    def _may_stay_open(self, name: str) -> bool:
        return name in OPTIONAL_END and not self.mjml

    def _finish(self, element: _Element, tag: Tag) -> None:
        if element.name == ("mj-title" if self.mjml else "title"):
            self.title_span = (element.end, tag.start)
        elif element.name == "mj-preview":
            self.preview_span = (element.end, tag.start)

    # Rules ------------------------------------------------------------------------------------------------------

    def _inside(self) -> tuple[bool, str]:
        """Whether MJML's rules hold here, and the element around."""
        around = self._stack[-1].name if self._stack else ""
        text = any(element.name in ENDING or element.name not in ATTRIBUTES for element in self._stack)
        return self.mjml and not text, around

    def _check(self, tag: Tag) -> None:
        strict, around = self._inside()
        if not strict:
            check_tag(tag, self._problems)
        elif tag.name not in ATTRIBUTES:
            self._refuse_tag(tag)
        elif tag.name not in CHILDREN.get(around, ()):
            self._misplaced(tag, around)
        for attribute in tag.attributes:
            if strict and tag.name in ATTRIBUTES:
                self._check_mjml_attribute(tag, attribute, around)
            check_attribute(tag, attribute, self._problems)
        if tag.name == "link":
            check_link(tag, self._problems)
        self._check_twice(tag)

    def _check_twice(self, tag: Tag) -> None:
        """Of two attributes of one name mail programs read the first, MJML the second."""
        seen: set[str] = set()
        for attribute in tag.attributes:
            if attribute.name in seen and self.mjml:
                self._problems.add(attribute.start, f"<{tag.name}> has `{attribute.name}` twice. Keep one of them.")
                return
            if attribute.name in seen:
                self.ignored.append((attribute.start, tag.name, f"a second {attribute.name}"))
            seen.add(attribute.name)

    def _refuse_tag(self, tag: Tag) -> None:
        if tag.name == "mj-include":
            message = "mj-include is not allowed: no file or address is read. Use {% include 'partials/...' %}."
        elif tag.name.startswith("mj"):
            message = f"<{tag.name}> is no MJML tag.{nearest(tag.name, frozenset(ATTRIBUTES))}"
        else:
            message = f"<{tag.name}> stands outside of any text. Put HTML into mj-text, mj-table or mj-raw."
        self._problems.add(tag.start, message)

    def _misplaced(self, tag: Tag, around: str) -> None:
        homes = sorted(parent or "the template" for parent, children in CHILDREN.items() if tag.name in children)
        where = f"inside <{around}>" if around else "here"
        homes = [home for home in homes if home not in ("mj-attributes", "mj-class")]
        self._problems.add(tag.start, f"<{tag.name}> cannot stand {where}; it belongs in {' or '.join(homes)}.")

    def _check_mjml_attribute(self, tag: Tag, attribute: Attribute, around: str) -> None:
        if attribute.value is None:
            self._problems.add(
                attribute.start, f'`{attribute.name}` in <{tag.name}> needs a value: {attribute.name}="...".'
            )
        if not attribute.quoted:
            equals = attribute.start + len(attribute.name)
            self._problems.add(equals, f"The value after `=` in <{tag.name}> needs quotes.")
        free = around in ("mj-attributes", "mj-class")
        known = EVERY_ATTRIBUTE if free else ATTRIBUTES[tag.name]
        if attribute.name in known:
            if tag.name == "mj-html-attribute" and not SETTABLE.fullmatch(attribute.value or ""):
                mend = "It sets data-*, aria-*, role, class, id, title, alt, lang, dir, align, width and the like."
                self._problems.add(attribute.start, f"mj-html-attribute cannot set `{attribute.value}`. {mend}")
        elif attribute.name in EVERY_ATTRIBUTE:
            self.ignored.append((attribute.start, tag.name, attribute.name))
        else:
            mend = nearest(attribute.name, known)
            self._problems.add(attribute.start, f"<{tag.name}> has no attribute `{attribute.name}`.{mend}")

    # Text, comments, and the Jinja tags in them -------------------------------------------------------------------

    def _on_text(self, node: Text) -> None:
        strict, around = self._inside()
        content = self._text[node.start : node.end]
        if strict and not _BLANK.match(content):
            self._on_stray(node, content)
        if around in ("style", "mj-style"):
            self._check_sheet(node, content)
        number = self._stack[-1].number if self._stack else 0
        for index in self._indices(node.end):
            self.places[index] = self._in_text(index, strict, around, number)

    def _check_sheet(self, node: Text, content: str) -> None:
        tokens = [token for token in self._tokens[self._next :] if token.start < node.end]
        check_css(content, node.start, tokens, self._problems)

    def _on_stray(self, node: Text, content: str) -> None:
        """Text where MJML shows none: a slip of a letter or two is passed over, as MJML does; words are refused."""
        runs = [(node.start + match.start(), node.start + match.end()) for match in _STRAY.finditer(content)]
        if sum(end - start for start, end in runs) > MAX_SLIP:
            self._problems.add(runs[0][0], "Text stands outside of any element that shows it. Put it into mj-text.")
            return
        self.slips += [start for start, _ in runs]
        self.dropped += runs

    def _in_text(self, index: int, strict: bool, around: str, number: int) -> Place:
        token = self._tokens[index]
        if token.kind == "comment":
            return Place("dropped", number, around)
        if token.keyword == "set" and self._before_all(around):
            return Place("prelude", number, around)
        if not strict:
            return Place("text", number, around)
        self._blocks += _STEPS.get(token.keyword, 0) if around == "mj-head" else 0
        if token.kind == "print":
            self._problems.add(token.start, "Text stands outside of any element that shows it. Put it into mj-text.")
        elif around not in BETWEEN:
            where = f"between the elements of <{around}>" if around else "outside of mj-body"
            self._problems.add(
                token.start, f"Jinja cannot stand {where}. Put it around the whole element, or inside a text."
            )
        return Place("head" if around == "mj-head" else "between", number, around)

    def _before_all(self, around: str) -> bool:
        """Whether a `set` here holds for the whole mail: outside of every element that shows something, and block."""
        return not self._blocks and (around in ("mjml", "mj-head") if around else not self._count)

    def _on_comment(self, node: Comment) -> None:
        inside = self._indices(node.end)
        if node.kind == "condition" and inside:
            self._problems.add(node.start, "Jinja cannot stand in the condition of a comment.")
        if node.kind != "plain":
            return
        strict, around = self._inside()
        number = self._stack[-1].number if self._stack else 0
        blocks = inside and all(self._tokens[index].kind == "block" for index in inside)
        hides = blocks and _BLANK.match(self._text[node.start + 4 : node.end - 3])
        for index in inside:  # an editor's trick: a comment with nothing but Jinja in it is Jinja
            self.places[index] = (
                self._in_text(index, strict, around, number) if hides else Place("dropped", number, around)
            )
        self.dropped.append((node.start, node.end))

    def _take(self, attribute: Attribute, tag: Tag, number: int) -> None:
        self._next = self._first_from(attribute.value_start)
        self._complete(attribute)
        kind = "default" if any(element.name == "mj-attributes" for element in self._stack) else "attribute"
        inside = self._indices(attribute.value_start + len(attribute.value or ""))
        for index in inside:
            self.places[index] = Place(kind, number, tag.name, attribute.value_start)
            if self._tokens[index].kind == "comment":
                message = "A Jinja comment cannot stand in the value of an attribute. Put it before the element."
                self._problems.add(self._tokens[index].start, message)
        if attribute.name == "style":
            tokens = [self._tokens[index] for index in inside]
            check_style_attribute(attribute.value or "", attribute.value_start, tokens, self._problems)

    def _complete(self, attribute: Attribute) -> None:
        if self._text[attribute.start - 1] in "\"'":
            self.added.append((attribute.start, " "))
        if not attribute.quoted:
            end = attribute.value_start + len(attribute.value or "")
            self.added += [(attribute.value_start, '"'), (end, '"')]

    def _indices(self, end: int) -> list[int]:
        first = self._next
        self._next = self._first_from(end)
        return list(range(first, self._next))

    def _first_from(self, place: int) -> int:
        index = self._next
        while index < len(self._tokens) and self._tokens[index].start < place:
            index += 1
        return index
