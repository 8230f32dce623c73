"""Attributes that stand in some mails only, `<td {% if x %}class="a"{% endif %}>`: read as a tree, written anew.

Neither the MJML compiler nor what works on its markup knows attributes that come and go. So conditions move into the
value, `class="{% if x %}a{% endif %}"`, or around the attribute as a whole. docs/decisions/0032 says when which.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.email.author_source import Problems
from chalicelib.email.foreign_syntax import foreign
from chalicelib.email.jinja_tokens import MASK, Hiding, Token
from chalicelib.email.markup import Attribute, Tag

MAX_TOKENS = 20  # Jinja tags between the attributes of one element
MAX_ATTRIBUTES = 50  # of an element with such tags
MAX_CONDITION = 200  # characters; a condition is written out again for each attribute that hangs on it
_LONGEST_MEND = 60  # characters of a condition or value that a mend repeats
# Judged as a whole, or read when the template is compiled: these stay the same in every mail.
_FIXED = frozenset({"link", "meta", "mjml", "mj-font", "mj-style", "mj-raw", "mj-breakpoint", "mj-selector"})
_FIXED |= {"mj-html-attribute", "input"}
# Empty, they do nothing, as if they were not there.
_SAME_WHEN_EMPTY = frozenset({"class", "style"})
_SAME_WHEN_EMPTY_IN_MJML = frozenset({"css-class", "title", "rel", "alt"})
# MJML computes with these, or chooses by them what it writes: a condition in the value would be no way out.
_READ_ONCE = frozenset(
    {"width", "full-width", "mode", "mj-class", "name", "hamburger", "thumbnails", "fluid-on-mobile"}
)
Numbered = tuple[int, Token]


@dataclass(slots=True)
class _Block:
    """An `if`: the token that opens each branch, and what stands in it."""

    branches: list[tuple[Token, list["Attribute | _Block"]]]

    @property
    def complete(self) -> bool:
        return self.branches[-1][0].keyword == "else"


_Parts = list[Attribute | _Block]


@dataclass(frozen=True, slots=True)
class Switch:
    """What one tag has between its attributes."""

    tag: Tag
    tokens: tuple[Numbered, ...]  # those between the attributes
    parts: _Parts
    watched: bool  # whether the MJML compiler must show it somewhere
    strict: bool  # an element of MJML's own

    @property
    def conditional(self) -> list[Attribute]:
        """The attributes that stand in a branch, in the order of the source."""
        return [attribute for part in self.parts if isinstance(part, _Block) for attribute in _attributes([part])]

    @property
    def _names(self) -> list[str]:
        return list(dict.fromkeys(attribute.name for attribute in self.conditional))

    @property
    def taken(self) -> list[Attribute]:
        """The attributes that are written anew: those in branches, and what stands in every mail beside them."""
        return [attribute for attribute in _attributes(self.parts) if attribute.name in self._names]

    @property
    def beaten(self) -> list[Attribute]:
        """Those that say nothing, since one of the same name always stands before them."""
        return [attribute for name in self._names for attribute in _beaten(self.parts, name)]

    def spans(self, written: Callable[[int, int], str], hiding: Hiding) -> Iterator[tuple[int, int, str]]:
        """What replaces what: the Jinja and the attributes in it, by attributes that every reader of markup takes.

        Args:
            written: a part of the source as it is handed on, its Jinja hidden.
            hiding: where the blocks that come to be are kept.
        """
        instead = " " + "".join(f"{self._written(name, written, hiding)} " for name in self._names)
        for _, token in self.tokens:
            yield token.start, token.end, instead
            instead = " "
        for attribute in self.taken:
            yield attribute.start, attribute.end, ""

    def _written(self, name: str, written: Callable[[int, int], str], hiding: Hiding) -> str:
        first, *others = [attribute for attribute in self.taken if attribute.name == name]

        def text(attribute: Attribute) -> str:
            value = written(attribute.value_start, attribute.value_start + len(attribute.value or ""))
            return value.replace('"', "&quot;")

        def added(inner: str) -> str:
            number = hiding.added(inner, first.start)
            if self.watched:
                hiding.watched[number] = f"`{name}` of <{self.tag.name}>"
            return hiding.name(number)

        present = "" if self._kept(name) else _presence(self.parts, name)
        value = text(first) if present and not others else _value(self.parts, name, text, added)
        bare = all(attribute.value is None for attribute in [first, *others])
        plain = name if bare else f'{name}="{value}"'
        return f"{added(f'if {present}')} {plain} {added('endif')}" if present else plain

    def _kept(self, name: str) -> bool:
        """Whether the attribute stands in every mail, with an empty value where the author wrote none."""
        same = _SAME_WHEN_EMPTY_IN_MJML if self.strict else _SAME_WHEN_EMPTY
        return name in same or _always(self.parts, name)

    # Rules ------------------------------------------------------------------------------------------------------------

    def check(self, problems: Problems) -> None:
        """Refuse what cannot be moved into a value without a change of what the author meant."""
        for name in self._names if self.strict else ():
            attribute = next(one for one in self.conditional if one.name == name)
            if _most(self.parts, name) > 1:
                message = f"<{self.tag.name}> would have `{name}` twice in some mails. Write it once, in each branch."
                problems.add(attribute.start, message)
            elif not self._kept(name):
                problems.add(attribute.start, self._sometimes(attribute))

    def _sometimes(self, attribute: Attribute) -> str:
        name, value = attribute.name, attribute.value or ""
        needs = f"MJML needs `{name}` of <{self.tag.name}> for every mail."
        if name in _READ_ONCE:
            return f"{needs} Write the element itself in each branch."
        condition = _presence(self.parts, name)
        shown = condition if len(condition) <= _LONGEST_MEND else "..."
        value = value if MASK not in value and len(value) <= _LONGEST_MEND else "..."
        mend = f'{name}="{{% if {shown} %}}{value}{{% else %}}...{{% endif %}}"'
        return f"{needs} Write {mend}."


def read_switch(
    tag: Tag, tokens: Sequence[Numbered], text: str, problems: Problems, *, strict: bool, watched: bool
) -> Switch | None:
    """The tree of what stands between the attributes of a tag; None where that cannot be, which problems then say.

    Args:
        tag: as the masked source has it.
        tokens: the Jinja of this tag outside of quotes, comments left out.
        text: the masked source.
        problems: where to tell.
        strict: whether this is an element of MJML's own.
        watched: whether the MJML compiler must show it somewhere.
    """
    if tag.name in _FIXED:
        message = f"The attributes of <{tag.name}> are the same in every mail. Put the Jinja around the element."
        problems.add(tokens[0][1].start, message)
        return None
    if len(tokens) > MAX_TOKENS:
        message = f"More than {MAX_TOKENS} Jinja tags between the attributes of <{tag.name}>. Put them into the values."
        problems.add(tokens[MAX_TOKENS][1].start, message)
        return None
    if len(tag.attributes) > MAX_ATTRIBUTES:
        message = f"More than {MAX_ATTRIBUTES} attributes and Jinja between them. Write the element in each branch."
        problems.add(tag.attributes[MAX_ATTRIBUTES].start, message)
        return None
    if any(foreign(token) for _, token in tokens):
        return None  # the check of Jinja says what to write instead
    strange = [(token, message) for _, token in tokens if (message := _strange(token))]
    for token, message in strange:
        problems.add(token.start, message)
    if strange or not _whole(tag, tokens, text, problems):
        return None
    parts = _tree(tag, tokens)
    return Switch(tag, tuple(tokens), parts, watched, strict) if parts is not None else None


def _strange(token: Token) -> str:
    if token.kind == "print":
        return 'A value must stand in the quotes of an attribute: title="{{ ... }}".'
    if token.keyword not in ("if", "elif", "else", "endif"):
        return f"`{token.keyword}` cannot stand between attributes: only if, elif, else. Put it before the element."
    if len(token.condition) > MAX_CONDITION:
        return f"A condition between attributes has up to {MAX_CONDITION} characters. Give it a name by `set` before."
    return ""


def _whole(tag: Tag, tokens: Sequence[Numbered], text: str, problems: Problems) -> bool:
    """Whether the Jinja stands between whole attributes: `cla{% if x %}ss="a"{% endif %}` would tear one apart."""
    name_end = tag.start + 1 + len(tag.name)
    ends = [name_end, *(attribute.end for attribute in tag.attributes)]
    starts = [attribute.start for attribute in tag.attributes]
    for end, start in zip(ends, starts, strict=False):
        between = [token for _, token in tokens if end <= token.start < start]
        space = text[end:start].strip(MASK) or text[end - 1] in "\"'"
        if between and not space and (end == name_end or between[0].keyword not in ("elif", "else")):
            problems.add(between[0].start, "Jinja must not cut a name in two. Put a space between whole attributes.")
            return False
    return True


def _tree(tag: Tag, tokens: Sequence[Numbered]) -> _Parts | None:
    """None where blocks do not match; `block_places` and the check of Jinja say so."""
    top: _Parts = []
    stack: list[_Block] = []
    pieces: list[Attribute | Token] = [*tag.attributes, *(token for _, token in tokens)]
    for piece in sorted(pieces, key=lambda piece: piece.start):
        into = stack[-1].branches[-1][1] if stack else top
        if isinstance(piece, Attribute):
            into.append(piece)
        elif piece.keyword == "if":
            stack.append(_Block([(piece, [])]))
            into.append(stack[-1])
        elif not stack:
            return None
        elif piece.keyword == "endif":
            stack.pop()
        else:
            stack[-1].branches.append((piece, []))
    return None if stack else top


def _attributes(parts: _Parts) -> Iterator[Attribute]:
    for part in parts:
        if isinstance(part, Attribute):
            yield part
        else:
            for _, inside in part.branches:
                yield from _attributes(inside)


def _most(parts: _Parts, name: str) -> int:
    """How often the attribute stands there in one mail, at most."""
    return sum(
        int(part.name == name)
        if isinstance(part, Attribute)
        else max(_most(inside, name) for _, inside in part.branches)
        for part in parts
    )


def _always(parts: _Parts, name: str) -> bool:
    """Whether the attribute stands there in every mail."""
    return any(
        part.name == name
        if isinstance(part, Attribute)
        else part.complete and all(_always(inside, name) for _, inside in part.branches)
        for part in parts
    )


def _beaten(parts: _Parts, name: str) -> Iterator[Attribute]:
    done = False
    for part in parts:
        if done:
            yield from (attribute for attribute in _attributes([part]) if attribute.name == name)
        elif isinstance(part, _Block):
            for _, inside in part.branches:
                yield from _beaten(inside, name)
        done = done or _always([part], name)


def _value(parts: _Parts, name: str, text: Callable[[Attribute], str], added: Callable[[str], str]) -> str:
    """The value with the conditions in it. Of two that stand in one mail the first counts, as for mail programs."""
    named = [part for part in parts if _most([part], name)]
    if not named:
        return ""
    first, others = named[0], named[1:]
    if isinstance(first, Attribute):
        return text(first)
    if others and not _always([first], name):
        opening, here = added(f"if {_presence([first], name)}"), _value([first], name, text, added)
        return f"{opening}{here}{added('else')}{_value(others, name, text, added)}{added('endif')}"
    value = "".join(added(token.inner.strip()) + _value(inside, name, text, added) for token, inside in first.branches)
    return value + added("endif")


def _presence(parts: _Parts, name: str) -> str:
    """The condition on which the attribute stands there; empty where it stands there always, or never."""
    if _always(parts, name):
        return ""
    ways = []
    for part in parts:
        before: list[str] = []
        for token, inside in part.branches if isinstance(part, _Block) else ():
            test = [f"({token.condition})"] if token.condition else []
            if _most(inside, name):
                inner = _presence(inside, name)
                ways.append(" and ".join([*before, *test, *([f"({inner})"] if inner else [])]))
            before += [f"not {test[0]}"] if test else []
    if len(ways) == 1:
        return ways[0][1:-1] if _is_one(ways[0]) else ways[0]
    return " or ".join(f"({way})" for way in ways)


def _is_one(condition: str) -> bool:
    """Whether the outermost brackets are one pair, as in `(a)` and not in `(a) and (b)`."""
    return condition.startswith("(") and condition.count("(") == 1
