"""Where Jinja stands in a source, and how it is hidden from a compiler that only understands markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from itertools import count
from re import Pattern
from re import compile as regex

from chalicelib.email.author_source import Problems

MASK = "\ufffc"  # object replacement: stands for each character of a Jinja token while the markup is read
MAX_TOKENS = 5_000
_OPEN = regex(r"\{\{|\{%|\{#")
_OPENING_BRACE = regex(r"\{(?=[{%#]|\Z)")
_INSIDE = regex(r"""[^'"}%]+|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[}%'"]""")
_WORD = regex(r"\s*([^\s(]+)")  # `if(x)` is an `if`, too
_OTHER_LANGUAGE = "`<% ... %>` is EJS or ERB. Write {% if ... %} ... {% endif %} and {{ value }}."
_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_KINDS = {"{{": "print", "{%": "block", "{#": "comment"}
# Editors write these between braces. Each keeps its length, so that lines and columns stay what they were.
_ENTITIES = {"&nbsp;": " ", "&#160;": " ", "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'"}


@dataclass(frozen=True, slots=True)
class Token:
    """One `{{ ... }}`, `{% ... %}` or `{# ... #}` of the source."""

    kind: str  # print, block, comment
    start: int
    end: int
    inner: str  # what stands between the braces, without their `-` and `+`, entities made characters
    before: str = ""  # the sign after the opening brace that trims space: "-", "+" or none
    after: str = ""

    @property
    def keyword(self) -> str:
        """The first word of a block: if, else, for, set ..."""
        match = _WORD.match(self.inner)
        return match.group(1) if match else ""

    @property
    def condition(self) -> str:
        """What stands behind the first word of a block."""
        return self.inner.strip()[len(self.keyword) :].strip()

    def source(self, wrap: str = "") -> str:
        """As Jinja reads it; `wrap` is a filter to put around a printed expression."""
        if self.kind == "block":
            return "{%" + self.before + f" {self.inner.strip()} " + self.after + "%}"
        inner = f"({self.inner.strip()}) | {wrap}" if wrap else self.inner.strip()
        return "{{" + self.before + f" {inner} " + self.after + "}}"


def find_tokens(text: str, problems: Problems) -> list[Token]:
    """Every token in order. What is never closed becomes a problem."""
    tokens: list[Token] = []
    place = 0
    while match := _OPEN.search(text, place):
        end = _end(text, match.end(), _CLOSERS[match.group()])
        if end < 0:
            foreign = match.group() == "{%" and text.startswith(">", match.end())
            problems.add(match.start(), _OTHER_LANGUAGE if foreign else _unclosed(match.group()))
            return tokens
        if len(tokens) == MAX_TOKENS:
            problems.add(match.start(), f"More than {MAX_TOKENS:,} Jinja tags. Make the template smaller.")
            return tokens
        tokens.append(_token(text, match.group(), match.start(), end))
        place = end
    return tokens


def _end(text: str, place: int, closer: str) -> int:
    if closer == "#}":
        found = text.find(closer, place)
        return found + 2 if found >= 0 else -1
    while place < len(text):
        if text.startswith(closer, place):
            return place + 2
        match = _INSIDE.match(text, place)
        place = match.end() if match else len(text)
    return -1


def _unclosed(opener: str) -> str:
    message = f"`{opener}` is never closed by `{_CLOSERS[opener]}`, or a quote inside it is never closed."
    return message + (" In CSS, put a space between `{` and `#`." if opener == "{#" else "")


def _token(text: str, opener: str, start: int, end: int) -> Token:
    inner = text[start + 2 : end - 2]
    before = inner[0] if inner[:1] in ("-", "+") and opener != "{#" else ""
    after = inner[-1] if inner[-1:] in ("-", "+") and len(inner) > 1 and opener != "{#" else ""
    inner = inner[len(before) : len(inner) - len(after)]
    return Token(_KINDS[opener], start, end, _plain(inner), before, after)


def _plain(inner: str) -> str:
    inner = inner.replace("\u00a0", " ")
    for entity, sign in _ENTITIES.items():
        inner = inner.replace(entity, sign)
    return inner


def masked(text: str, tokens: Sequence[Token]) -> str:
    """The text with every character of a token, but for line ends, replaced by MASK. Its length stays."""
    parts, done = [], 0
    for token in tokens:
        lines = text[token.start : token.end].split("\n")
        parts += [text[done : token.start], "\n".join(MASK * len(line) for line in lines)]
        done = token.end
    return "".join([*parts, text[done:]])


def for_parser(text: str, tokens: Sequence[Token]) -> str:
    """The text as Jinja's parser is to read it: entities between braces made characters, every line kept."""
    parts, done = [], 0
    for token in tokens:
        parts.append(text[done : token.start].replace("{", " ").replace("}", " "))
        shown = "" if token.kind == "comment" else token.source()
        parts.append(shown + "\n" * (text.count("\n", token.start, token.end) - shown.count("\n")))
        done = token.end
    return "".join([*parts, text[done:].replace("{", " ").replace("}", " ")])


class Hiding:
    """Names that stand for tokens while the markup compiler runs: letters and digits that occur nowhere else."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        lowered = text.lower()
        salt = next(salt for salt in (f"jx{number}q" for number in count()) if salt not in lowered)
        self.tokens = list(tokens)
        self.watched: dict[int, str] = {}  # added tokens that must not get lost, and the attribute of each
        self._written = len(tokens)
        self._salt = salt
        self.pattern: Pattern[str] = regex(rf"{salt}(\d+)z")
        self._comment: Pattern[str] = regex(rf"<!--{salt}(\d+)z-->")

    def name(self, number: int) -> str:
        """What stands for the token of this number."""
        return f"{self._salt}{number}z"

    def added(self, inner: str, start: int) -> int:
        """The number of a block that the author did not write, for the place of one who did."""
        self.tokens.append(Token("block", start, start, inner))
        return len(self.tokens) - 1

    @property
    def added_numbers(self) -> frozenset[int]:
        """The tokens that no author wrote."""
        return frozenset(range(self._written, len(self.tokens)))

    def comment(self, number: int) -> str:
        """The name where only markup may stand: alone in a comment, which the MJML compiler keeps."""
        return f"<!--{self.name(number)}-->"

    def in_comment(self, text: str) -> int | None:
        """Which token this comment stands for."""
        match = self._comment.fullmatch(text)
        return int(match.group(1)) if match else None

    def split(self, text: str) -> list[str | Token]:
        """The text around the names, and the tokens for them, in order."""
        pieces: list[str | Token] = []
        for place, piece in enumerate(self.pattern.split(text)):
            if place % 2:
                pieces.append(self.tokens[int(piece)])
            elif piece:
                pieces.append(piece)
        return pieces

    def without_comments(self, text: str) -> str:
        """The text with the names themselves where each stands alone in a comment."""
        return self._comment.sub(lambda match: self.name(int(match.group(1))), text)

    def numbers(self, text: str) -> list[int]:
        """Which tokens occur in the text, in order."""
        return [int(number) for number in self.pattern.findall(text)]


def literal(text: str) -> str:
    """Plain text that Jinja must not read as its own: a brace that would open a tag is printed instead."""
    return _OPENING_BRACE.sub("{{ '{' }}", text)


def joined(text: str, tokens: Sequence[Token], start: int, end: int, *, decode: bool = False) -> str:
    """A part of the text as Jinja source, without comments. `decode`: its entities become characters."""
    parts, done = [], start
    for token in [*tokens, None]:
        plain = text[done : token.start if token else end]
        parts.append(literal(unescape(plain) if decode else plain))
        if token:
            parts.append("" if token.kind == "comment" else token.source())
            done = token.end
    return "".join(parts)
