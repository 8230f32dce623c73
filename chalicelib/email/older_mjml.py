"""What MJML 4 still takes of MJML 3, read as MJML 4 reads it."""

from re import Match
from re import compile as regex

_OPENING = regex(r"(<mj-body\s*>)(\s*)<mj-container(?=[\s>])")
_CLOSING = regex(r"</mj-container(\s*>\s*)(</mj-body\s*>)")
_SPARE = " " * (len("mj-container") - len("mj-body"))


def as_mjml_4(text: str) -> str:
    """The source with its `mj-container`, the one element of an older `mj-body`, as the body itself.

    Nothing moves: a place in the answer is the same place in the source.
    """
    opened, first = _OPENING.subn(_open, text)
    closed, last = _CLOSING.subn(_close, opened)
    return closed if first == last == 1 else text


def _open(match: Match[str]) -> str:
    return " " * len(match[1]) + match[2] + "<mj-body" + _SPARE


def _close(match: Match[str]) -> str:
    return "</mj-body" + _SPARE + match[1] + " " * len(match[2])
