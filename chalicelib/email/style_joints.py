"""Where parts of a style meet only when the mail is made: `u{% if x %}rl(...)` must not become a word unseen."""

from collections.abc import Iterator, Sequence
from re import compile as regex

from chalicelib.email.jinja_tokens import Token

_PRINT = "{{"  # stands for a printed value: a colour, a size, a plain name
_LONGEST_ESCAPE = 8  # a backslash, six digits and a space
_WORD_END = regex(r"([a-zA-Z_@\\-]|\\[0-9a-fA-F]{1,6} ?)\Z")  # no digit: behind a number a unit may follow
_WORD_START = regex(r"[\w\\(:-]")
_NAME_START = regex(r"[\w-]*[(:]|\\")  # a unit may follow a value, `{{ n }}px`, but not the rest of a name


def torn_words(css: str, place: int, tokens: Sequence[Token]) -> Iterator[int]:
    """The places of Jinja tags at which, in some mail, two parts of one word could meet.

    Walks the pieces in every order that conditions and loops allow: each branch begins where the `if` stands, and what
    follows `endif` may meet the end of any of them.
    """
    ends: set[str] = {""}  # what may stand right before here: the end of a text, or a value
    branches: list[tuple[set[str], set[str]]] = []  # before the block, and at the ends of its branches so far
    done = 0
    for token in tokens:
        start, end = token.start - place, token.end - place
        if text := css[done:start]:
            if _torn(ends, text):
                yield place + max(0, done - 1)
            ends = {text[-_LONGEST_ESCAPE:]}
        done = end
        if token.kind == "print":
            if any(sign.endswith(("@", "\\")) for sign in ends):
                yield token.start
            ends = {_PRINT}
        elif token.kind == "block":
            if token.keyword == "endfor" and any(map(_WORD_END.search, ends)):
                yield token.start  # the next round begins here
            ends = _stepped(token.keyword, ends, branches)
    if (text := css[done:]) and _torn(ends, text):
        yield place + max(0, done - 1)


def _torn(ends: set[str], text: str) -> bool:
    value = _PRINT in ends and _NAME_START.match(text)
    return bool(value or (_WORD_START.match(text) and any(map(_WORD_END.search, ends))))


def _stepped(keyword: str, ends: set[str], branches: list[tuple[set[str], set[str]]]) -> set[str]:
    if keyword in ("if", "for"):
        branches.append((ends, set()))
        return ends
    if not branches or keyword not in ("elif", "else", "endif", "endfor"):
        return ends
    before, after = branches[-1]
    after |= ends
    if keyword in ("elif", "else"):
        return before
    branches.pop()
    return after | before
