"""How tags, attributes and comments are told apart in MJML and HTML: strictly, as every browser reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from re import Match
from re import compile as regex

from chalicelib.email.jinja_tokens import MASK

_NAME = regex(r"[A-Za-z][A-Za-z0-9:-]*")
# Behind a quote the next attribute may follow without a space. Jinja may stand between: `switches` judges it.
_ATTRIBUTE = regex(
    rf"""(?:[\s{MASK}]+|(?<=["']))([^\s"'<>/={MASK}]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'"""
    rf"""|(?P<bare>[^\s"'<>`={MASK}][^\s"'<>`{MASK}]*(?=[\s>{MASK}]))))?"""
)
_FOREIGN = ("%", "?", "#", "@")
_OF_OTHERS = "`<% %>`, `<? ?>` and `<#if>` are of other template languages. Write {% if ... %} and {{ value }}."
_XML_DECLARATION = regex(r"<\?xml [^<>?]*\?>")
_TAG_END = regex(rf"[\s{MASK}]*(/?)>")
# `<!--[if mso]>` hides what follows from all but Outlook; `<!--[if !mso]><!-->`, and what older authors wrote for it,
# hides it from Outlook alone, as `<![if !mso]>` does.
_CONDITION = regex(rf"<!--\[if [^\]<>{MASK}]*\]>(\s*(?:<!(?:--\s*)?)?-->)?")
_CONDITION_END = regex(r"(?:<!--\s*)?<!\[endif\]-->")
_REVEALED = regex(rf"<!\[(?:if [^\]<>{MASK}]*|endif)\]>")
_DOCTYPE = regex(r"<!doctype html[^<>\[\]]*>", 2)  # 2: re.IGNORECASE
# A `<` before anything else is text for a browser. So it is here, and comes out as `&lt;`; but not before Jinja, which
# could make a tag of it, nor where another template language would begin.
OPENING = regex(rf"<(?=[A-Za-z/!?%{MASK}]|[#@][A-Za-z]|\Z)")
# What stands inside is text for a browser, whatever it looks like.
RAW_TEXT = frozenset({"style", "mj-style", "title", "mj-title", "mj-preview", "script", "textarea", "xmp"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a tag. `value` is as written, entities untouched; None without `=`."""

    name: str
    value: str | None
    start: int
    value_start: int
    end: int
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening, closing or self-closing tag."""

    name: str  # in lower case
    kind: str  # open, close, single
    attributes: tuple[Attribute, ...]
    start: int
    end: int
    outlook: bool  # inside a conditional comment that only Outlook reads

    def get(self, name: str) -> str | None:
        """The value of an attribute as written."""
        return next((attribute.value for attribute in self.attributes if attribute.name == name), None)


@dataclass(frozen=True, slots=True)
class Text:
    """What stands between tags; a `<` in it is the sign itself."""

    start: int
    end: int
    outlook: bool
    raw: str  # the element around it in which no tag is read; empty: none


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, a condition for Outlook around its markup, or a doctype."""

    start: int
    end: int
    kind: str  # plain, condition, doctype


@dataclass(frozen=True, slots=True)
class Stray:
    """A `<` that opens nothing we know."""

    start: int
    message: str


Node = Tag | Text | Comment | Stray


def scan(text: str) -> Iterator[Node]:
    """Every piece of the markup in order. After a Stray nothing more comes: what follows cannot be trusted."""
    place, outlook, raw = 0, False, ""
    while place < len(text):
        opening = _raw_end(text, raw, place) if raw else _opening(text, place)
        if opening > place:
            yield Text(place, opening, outlook, raw)
        if opening == len(text):
            return
        node = _at(text, opening, outlook)
        yield node
        if isinstance(node, Stray):
            return
        place = node.end
        raw = node.name if isinstance(node, Tag) and node.kind == "open" and node.name in RAW_TEXT else ""
        if isinstance(node, Comment) and node.kind == "condition":
            outlook = text.startswith("<!--[if", opening) and not text.startswith("-->", node.end - 3)


def _opening(text: str, place: int) -> int:
    match = OPENING.search(text, place)
    return match.start() if match else len(text)


def _raw_end(text: str, name: str, place: int) -> int:
    match = regex(rf"</{name}\s*>", 2).search(text, place)
    return match.start() if match else len(text)


def _at(text: str, place: int, outlook: bool) -> Tag | Comment | Stray:
    if text.startswith("<!", place):
        return _declaration(text, place)
    if match := _XML_DECLARATION.match(text, place):
        return Comment(place, match.end(), "plain")
    closing = text.startswith("</", place)
    name = _NAME.match(text, place + 1 + closing)
    if not name:
        foreign = text[place + 1 + closing : place + 2 + closing] in _FOREIGN
        return Stray(place, f"This `<` opens no tag. {_OF_OTHERS if foreign else 'Write `&lt;` for the sign itself.'}")
    attributes, end = _attributes(text, name.end())
    finish = _TAG_END.match(text, end)
    if not finish or (closing and (attributes or MASK in text[end : finish.end()])):
        return Stray(end, _unfinished(text, name, end))
    kind = "close" if closing else "single" if finish.group(1) else "open"
    return Tag(name.group().lower(), kind, tuple(attributes), place, finish.end(), outlook)


def _attributes(text: str, place: int) -> tuple[list[Attribute], int]:
    attributes = []
    while match := _ATTRIBUTE.match(text, place):
        group = match.lastgroup
        value = match.group(group) if group else None
        start = match.start(group) if group else match.end()
        attributes.append(Attribute(match.group(1).lower(), value, match.start(1), start, match.end(), group != "bare"))
        place = match.end()
    return attributes, place


def _unfinished(text: str, name: Match[str], place: int) -> str:
    rest = text[place : place + 30].strip()
    if rest.startswith(MASK):
        return f"Jinja inside <{name.group()}> must stand around whole attributes, or in the quotes of a value."
    if rest.startswith("="):
        return f"The value after `=` in <{name.group()}> needs quotes."
    return f"The tag <{name.group()}> is not finished by `>` here. Look for a missing quote, space or `>`."


def _declaration(text: str, place: int) -> Comment | Stray:
    if match := _CONDITION_END.match(text, place):
        return Comment(place, match.end(), "condition")
    if match := _CONDITION.match(text, place):
        end, closing = text.find("-->", place + 4), text.find("<![endif]-->", place)
        if not match.group(1) and end != closing + 9:
            return Stray(place, "This condition for Outlook is not closed by `<![endif]-->`.")
        return Comment(place, match.end(), "condition")
    if match := _REVEALED.match(text, place):
        return Comment(place, match.end(), "condition")
    if match := _DOCTYPE.match(text, place):
        return Comment(place, match.end(), "doctype")
    end = text.find("-->", place + 2)
    if not text.startswith("<!--", place):
        return Stray(place, "Only `<!doctype html>` and comments may begin with `<!`: no DTD, no entities, no CDATA.")
    if end < 0 or "--!>" in text[place:end] or text[place + 4 : place + 5] == ">":
        return Stray(place, "This comment is never closed by `-->`.")
    return Comment(place, end + 3, "plain")
