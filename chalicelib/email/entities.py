"""How a browser reads entities in the value of an attribute: `&copy=2` in an address is no copyright sign.

Source: https://html.spec.whatwg.org/multipage/parsing.html#named-character-reference-state
"""

from functools import lru_cache
from html import unescape
from html.entities import html5
from re import Match
from re import compile as regex

_REFERENCE = regex(r"&(?:#[xX]?[0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]*;|[a-zA-Z][a-zA-Z0-9]*(?![a-zA-Z0-9=;]))")


@lru_cache(maxsize=4096)  # the same addresses stand in thousands of mails
def decoded(value: str) -> str:
    """The value with its entities as characters."""
    return _REFERENCE.sub(_character, value) if "&" in value else value


def decoded_with_places(value: str) -> tuple[str, list[int]]:
    """The same, and where each of its characters began in the value; one more for the end."""
    signs: list[str] = []
    places: list[int] = []
    done = 0
    for match in _REFERENCE.finditer(value):
        meant = _character(match)
        signs += [*value[done : match.start()], *meant]
        places += [*range(done, match.start()), *[match.start()] * len(meant)]
        done = match.end()
    return "".join([*signs, value[done:]]), [*places, *range(done, len(value) + 1)]


def _character(match: Match[str]) -> str:
    text = match.group()
    known = text[1] == "#" or text[1:] in html5
    return unescape(text) if known else text
