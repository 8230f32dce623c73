"""How compiled markup becomes Jinja again: every link goes through `link`, every value is fitted to where it stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from re import compile as regex

from jinja2 import Environment
from jinja2.nodes import Call, Name

from chalicelib.email.entities import decoded
from chalicelib.email.jinja_tokens import Hiding, Token, literal
from chalicelib.email.known_variables import UNTRACKED
from chalicelib.email.markup import Attribute, Comment, Stray, Tag, Text, scan

_ADDRESSES = frozenset({"src", "background"})
_LINK_TAGS = frozenset({"a", "area", "v:roundrect", "v:rect", "v:image", "v:shape"})
_OWN_CALL = regex(r"\s*link\s*\(")
_SURVEY = regex(r"\s*survey\s*\(")  # its page is one of the mail's own
_ENCODED = regex(r"\|\s*urlencode\s*\Z")
_CSS_URL = regex(r"url\(\s*['\"]?([^)'\"]*)\Z", 2)  # 2: re.IGNORECASE


@dataclass(slots=True)
class Linked:
    """Compiled markup with its tokens back in place, and the links that the author wrote, in order."""

    html: str = ""
    links: list[str] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)  # where the value of an `href` begins -> its place in `links`


def link_markup(compiled: str, hiding: Hiding) -> Linked:
    """Put the tokens back into compiled HTML.

    In `href` the finished address goes through `link`, in `src` through `picture`, in a style through `css`; parts of
    an address are percent-encoded. Everything else is escaped by Jinja.
    """
    linked = Linked()
    parts: list[str] = []
    done = 0
    in_style = False
    for node in scan(compiled):
        if isinstance(node, Stray | Comment):
            continue
        if isinstance(node, Text):
            wrap = _css if in_style else _plain
            parts += [
                _restored(compiled[done : node.start], hiding),
                _restored(compiled[node.start : node.end], hiding, wrap),
            ]
            done = node.end
            continue
        in_style = node.name == "style" and node.kind == "open"
        for attribute in node.attributes:
            if attribute.value is not None and (value := _attribute(node, attribute, hiding, linked)) is not None:
                parts += [_restored(compiled[done : attribute.value_start], hiding), value]
                done = attribute.value_start + len(attribute.value)
    parts.append(_restored(compiled[done:], hiding))
    linked.html = "".join(parts)
    return linked


def _attribute(tag: Tag, attribute: Attribute, hiding: Hiding, linked: Linked) -> str | None:
    """The value as Jinja; None where nothing has to be done but put tokens back."""
    value = attribute.value or ""
    if attribute.name == "href" and tag.name in _LINK_TAGS:
        address = Address(value, hiding)
        linked.numbers[attribute.value_start] = number = len(linked.links)
        linked.links.append(address.shown)
        return address.jinja(number, escaped=True)
    if attribute.name in _ADDRESSES and hiding.numbers(value):
        body = Address(value, hiding).body(escaped=True)
        return f"{{% filter picture %}}{body}{{% endfilter %}}"
    if attribute.name == "style" and hiding.numbers(value):
        return _restored(value, hiding, _css)
    return None


def _restored(text: str, hiding: Hiding, wrap: Callable[[str], str] | None = None) -> str:
    """The text with its tokens in place. `wrap` names the filter for a value, given the text before it."""
    parts: list[str] = []
    before = ""
    for piece in hiding.split(text):
        if isinstance(piece, str):
            before += piece
            parts.append(literal(piece))
        else:
            parts.append(piece.source(wrap(before) if wrap and piece.kind == "print" else ""))
    return "".join(parts)


def _plain(before: str) -> str:
    return ""


def _css(before: str) -> str:
    inside = _CSS_URL.search(decoded(before))
    if not inside:
        return "css"
    return "url_value" if inside.group(1).strip() else "css_url"


class Address:
    """The value of an `href` or `src`: text as the author wrote it, with tokens."""

    def __init__(self, value: str, hiding: Hiding) -> None:
        self._pieces: Sequence[str | Token] = [_without_own_call(piece) for piece in hiding.split(value.strip())]
        self._start = self._pieces[0] if self._pieces else ""

    @property
    def _starts_with_value(self) -> bool:
        return not isinstance(self._start, str)

    @property
    def shown(self) -> str:
        """As the author wrote it, for lists of links."""
        return "".join(decoded(piece) if isinstance(piece, str) else piece.source() for piece in self._pieces)

    @property
    def tracked(self) -> bool:
        """Whether it leads to a web page that is not one of the mail's own."""
        if isinstance(self._start, str):
            text = decoded(self._start).strip().lower()
            return bool(text) and not text.startswith(("mailto:", "tel:", "sms:", "#"))
        inner = self._start.inner
        return not (self._start.kind == "print" and (inner.strip() in UNTRACKED or _SURVEY.match(inner)))

    def jinja(self, number: int, *, escaped: bool) -> str:
        """What prints the address of the link with this number; `escaped` for HTML, otherwise for plain text."""
        if not self.tracked:
            return self.body(escaped=escaped)
        if len(self._pieces) == 1 and isinstance(self._start, str):
            return f"{{{{ link({_string(decoded(self._start).strip())}, {number}) }}}}"
        return f"{{% filter tracked({number}) %}}{self.body(escaped=escaped)}{{% endfilter %}}"

    def body(self, *, escaped: bool) -> str:
        """The text and its tokens; values behind the beginning are percent-encoded."""
        parts, before = [], ""
        blocks: list[str] = []  # what stood before each open block: every branch of it begins there
        for piece in self._pieces:
            if isinstance(piece, str):
                parts.append(literal(piece if escaped else decoded(piece)))
                before += decoded(piece)
                continue
            parts.append(piece.source(self._encoding(before, piece)))
            if piece.keyword in ("if", "for"):
                blocks.append(before)
            elif piece.keyword in ("elif", "else") and blocks:
                before = blocks[-1]
            elif piece.keyword in ("endif", "endfor") and blocks:
                blocks.pop()
        return "".join(parts)

    def _encoding(self, before: str, token: Token) -> str:
        if token.kind != "print" or not before.strip() or _ENCODED.search(token.inner):
            return ""
        if before.strip().lower().startswith("mailto:") and "?" not in before:
            return "url_mailbox"
        in_path = before.strip().lower().startswith("http") and not set("?#") & set(before)
        return "url_path" if in_path or (self._starts_with_value and not set("?#") & set(before)) else "url_value"


def _without_own_call(piece: str | Token) -> str | Token:
    """`{{ link(x) }}` as `{{ x }}`: an `href` goes through `link` by itself, and then with its number."""
    if isinstance(piece, str) or not _OWN_CALL.match(piece.inner):
        return piece
    [output] = Environment().parse(piece.source()).body  # noqa: S701 - reads, renders nothing
    match next(output.iter_child_nodes()):
        case Call(node=Name(name="link")):
            return replace(piece, inner=piece.inner.partition("(")[2].rpartition(")")[0])
    return piece


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
