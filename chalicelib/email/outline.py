"""How an author's source is built: which element holds what, where each Jinja tag stands, and what breaks the rules."""

from collections.abc import Sequence
from re import compile as regex

from chalicelib.email.author_source import Problems
from chalicelib.email.block_places import Place
from chalicelib.email.foreign_syntax import foreign
from chalicelib.email.html_rules import check_attribute, check_link, check_tag
from chalicelib.email.jinja_tokens import MASK, Token
from chalicelib.email.markup import OPENING, Attribute, Comment, Stray, Tag, Text, scan
from chalicelib.email.mjml_rules import check_mjml_attribute, refuse_case, refuse_place, refuse_tag
from chalicelib.email.mjml_tags import ATTRIBUTES, BETWEEN, CHILDREN, ENDING
from chalicelib.email.open_elements import OpenElement, OpenElements
from chalicelib.email.style_rules import VML_BEHAVIOUR, check_css, check_style_attribute
from chalicelib.email.switches import Switch, read_switch

MAX_DEPTH = 100  # elements in elements; the MJML compiler dies of a few thousand
MAX_ELEMENTS = 5_000
_BLANK = regex(rf"[\s{MASK}]*\Z")
_STRAY = regex(rf"[^\s{MASK}]+")
_SIGN = regex("<")
_JINJA_RAW = regex(rf"(\s*{MASK}[\s{MASK}]*)</mj-raw\s*>")
MAX_SLIP = 3  # letters
_STEPS = {"if": 1, "for": 1, "endif": -1, "endfor": -1}


class Outline:
    """One reading of a masked source. Problems are added as they are met."""

    def __init__(self, text: str, tokens: Sequence[Token], problems: Problems, *, mjml: bool) -> None:
        self.title_span: tuple[int, int] | None = None
        self.preview_span: tuple[int, int] | None = None
        self.places: dict[int, Place] = {}  # number of the token -> place
        self.dropped: list[tuple[int, int]] = []  # comments of the author
        self.added: list[tuple[int, int, str]] = []  # what HTML lets authors leave out, and what stands instead of what
        self.switches: list[Switch] = []  # what stands between attributes
        self.links: list[tuple[int, str]] = []  # place and masked value of each `href`
        self.ignored: list[tuple[int, str, str]] = []  # attributes of other MJML elements: place, tag, attribute
        self.slips: list[int] = []  # letters outside of any element that shows them
        self.mjml = mjml
        self._text = text
        self._tokens = tokens
        self._problems = problems
        self._open = OpenElements(problems, xml=mjml)
        self._count = 0
        self._next = 0  # the first token without a place
        self._unwrapped = -1  # where an `mj-raw` ends that was taken away
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
        self._open.finish()
        self.added += self._open.written_out
        if not self._count:
            self._problems.add(0, "The template holds no markup.")

    def _on_tag(self, tag: Tag) -> bool:
        self._count += 1
        if self._count > MAX_ELEMENTS or self._open.depth > MAX_DEPTH:
            limit = f"{MAX_ELEMENTS:,} tags" if self._count > MAX_ELEMENTS else f"{MAX_DEPTH} elements in each other"
            self._problems.add(tag.start, f"More than {limit}. Make the template smaller.")
            return False
        if tag.kind == "close":
            if tag.start != self._unwrapped and (closed := self._open.close(tag)):
                self._finish(closed, tag)
            return True
        strict, _ = self._inside()
        self._check(tag)
        if strict and self._jinja_alone(tag):
            return True
        number = self._count
        self._open.open(tag, number)
        switch = self._switch(tag, number, strict=strict and tag.name in ATTRIBUTES)
        taken = switch.taken if switch else []
        unread = self._unread(tag, taken)
        for attribute in (one for one in tag.attributes if one not in unread):
            self._take(attribute, tag, number, complete=attribute not in taken)
            if attribute.name == "href" and tag.name not in ("mj-font", "link", "mj-all"):
                self.links.append((attribute.value_start, attribute.value or ""))
        if tag.name == "mj-button" and tag.get("href") is None and not self._in_defaults():
            self.links.append((tag.start, ""))
        self._next = self._first_from(tag.end)
        return True

    def _jinja_alone(self, tag: Tag) -> bool:
        """Whether this is an `mj-raw` around blocks, as MJML wants them between elements: here they need none."""
        match = _JINJA_RAW.match(self._text, tag.end) if tag.name == "mj-raw" and not tag.attributes else None
        if not match or tag.kind != "open":
            return False
        inside = [token for token in self._tokens[self._next :] if tag.end <= token.start < match.end()]
        if any(token.kind != "comment" and token.keyword not in (*_STEPS, "elif", "else") for token in inside):
            return False
        self.dropped += [(tag.start, tag.end), (match.end(1), match.end())]
        self._unwrapped = match.end(1)
        return True

    def _finish(self, element: OpenElement, tag: Tag) -> None:
        if element.name == ("mj-title" if self.mjml else "title"):
            self.title_span = (element.end, tag.start)
        elif element.name == "mj-preview":
            self.preview_span = (element.end, tag.start)

    # Rules ------------------------------------------------------------------------------------------------------

    def _inside(self) -> tuple[bool, str]:
        """Whether MJML's rules hold here, and the element around."""
        names = self._open.names
        around = names[-1] if names else ""
        text = any(name in ENDING or name not in ATTRIBUTES for name in names)
        return self.mjml and not text, around

    def _check(self, tag: Tag) -> None:
        strict, around = self._inside()
        if not strict:
            if not self._below_a_slip(tag):
                check_tag(tag, self._problems)
        elif tag.name not in ATTRIBUTES:
            refuse_tag(tag, self._problems)
        elif tag.name not in CHILDREN.get(around, ()):
            refuse_place(tag, around, self._problems)
        if strict:
            refuse_case(tag, self._text[tag.start + 1 :][: len(tag.name)], self._problems)
        for attribute in tag.attributes:
            known = strict and tag.name in ATTRIBUTES
            if known and not check_mjml_attribute(tag, attribute, around, self._problems):
                self.ignored.append((attribute.start, tag.name, attribute.name))
            check_attribute(tag, attribute, self._problems)
        if tag.name == "link":
            check_link(tag, self._problems)

    def _below_a_slip(self, tag: Tag) -> bool:
        """Whether all that is wrong with an element of MJML is an element around it that MJML does not know."""
        unknown = (name for name in self._open.names if name.startswith("mj-") and name not in ATTRIBUTES)
        return tag.name in ATTRIBUTES and any(unknown)

    def _unread(self, tag: Tag, elsewhere: Sequence[Attribute]) -> list[Attribute]:
        """Those behind another of the same name. Mail programs and MJML read the first, our compiler the last."""
        seen: set[str] = set()
        unread = []
        for attribute in (one for one in tag.attributes if one not in elsewhere):
            if attribute.name in seen and self.mjml and MASK in (attribute.value or ""):
                self._problems.add(attribute.start, f"<{tag.name}> has `{attribute.name}` twice. Keep one of them.")
            elif attribute.name in seen:
                self.ignored.append((attribute.start, tag.name, f"a second {attribute.name}"))
                if self.mjml:
                    unread.append(attribute)
            seen.add(attribute.name)
        self.dropped += [(one.start, one.end) for one in unread]
        return unread

    # Text, comments, and the Jinja tags in them -------------------------------------------------------------------

    def _on_text(self, node: Text) -> None:
        strict, around = self._inside()
        content = self._text[node.start : node.end]
        if strict and not _BLANK.match(content):
            self._on_stray(node, content)
        if node.raw in ("style", "mj-style"):
            self._check_sheet(node, content)
        elif node.raw in ("mj-title", "mj-preview") and (opening := OPENING.search(content)):
            start = node.start + opening.start()
            self._problems.add(start, f"<{around}> holds words only, no tags. Write `&lt;` for the sign itself.")
        elif not strict and node.raw != "title":
            signs = [node.start + match.start() for match in _SIGN.finditer(content)]
            self.added += [(at, at + 1, "&lt;") for at in signs]
        number = self._open.innermost.number if self._open.innermost else 0
        for index in self._indices(node.end):
            self.places[index] = self._in_text(index, strict, around, number)

    def _check_sheet(self, node: Text, content: str) -> None:
        tokens = [token for token in self._tokens[self._next :] if token.start < node.end]
        css = VML_BEHAVIOUR.sub(lambda match: " " * len(match.group()), content) if node.outlook else content
        check_css(css, node.start, tokens, self._problems)

    def _on_stray(self, node: Text, content: str) -> None:
        """Text where MJML shows none: a slip of a letter or two is passed over, as MJML does; words are refused."""
        if "<" in content:
            self._problems.add(node.start + content.index("<"), "This `<` opens no tag: its name must follow at once.")
            return
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
        if token.kind == "print" and not foreign(token):
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
        number = self._open.innermost.number if self._open.innermost else 0
        blocks = inside and all(self._tokens[index].kind == "block" for index in inside)
        hides = blocks and _BLANK.match(self._text[node.start + 4 : node.end - 3])
        for index in inside:  # an editor's trick: a comment with nothing but Jinja in it is Jinja
            self.places[index] = (
                self._in_text(index, strict, around, number) if hides else Place("dropped", number, around)
            )
        self.dropped.append((node.start, node.end))

    def _in_defaults(self) -> bool:
        return "mj-attributes" in self._open.names

    def _switch(self, tag: Tag, number: int, *, strict: bool) -> Switch | None:
        """What stands between the attributes, its places noted, its rules checked."""
        first = self._next
        between = [
            index
            for index in range(self._first_from(tag.start), self._first_from(tag.end))
            if not any(one.start < self._tokens[index].start < one.end for one in tag.attributes)
        ]
        self._next = first
        for index in between:
            kind = "dropped" if self._tokens[index].kind == "comment" else "switch"
            self.places[index] = Place(kind, number, tag.name)
        tokens = [(index, self._tokens[index]) for index in between if self._tokens[index].kind != "comment"]
        if not tokens:
            self.dropped += [(self._tokens[index].start, self._tokens[index].end) for index in between]
            return None
        watched = self.mjml and not self._in_defaults()
        switch = read_switch(tag, tokens, self._text, self._problems, strict=strict, watched=watched)
        if switch:
            switch.check(self._problems)
            self.ignored += [(one.start, tag.name, f"a second {one.name}") for one in switch.beaten]
            self.switches.append(switch)
        return switch

    def _take(self, attribute: Attribute, tag: Tag, number: int, *, complete: bool) -> None:
        self._next = self._first_from(attribute.value_start)
        if complete:
            self._complete(attribute)
        kind = "default" if self._in_defaults() else "attribute"
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
        start, end = attribute.value_start, attribute.value_start + len(attribute.value or "")
        if self._text[attribute.start - 1] in "\"'":
            self.added.append((attribute.start, attribute.start, " "))
        if not attribute.quoted:
            self.added += [(start, start, '"'), (end, end, '"')]
        if self.mjml:  # its compiler writes every value in double quotes, as it is
            self.added += [(at, at + 1, "&quot;") for at in range(start, end) if self._text[at] == '"']

    def _indices(self, end: int) -> list[int]:
        first = self._next
        self._next = self._first_from(end)
        return list(range(first, self._next))

    def _first_from(self, place: int) -> int:
        index = self._next
        while index < len(self._tokens) and self._tokens[index].start < place:
            index += 1
        return index
