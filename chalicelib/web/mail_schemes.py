"""How a mail looks in light and in dark, whatever the machine of who looks at it prefers.

A frame cannot be told which scheme to prefer, so the question itself is answered in the mail's own styles: each
`(prefers-color-scheme: dark)` becomes a condition that always holds, or never does. That shows the dark styles that the
author wrote, as Apple Mail and others apply them. What a program does to the colours by its own will (the Gmail apps,
Outlook on Windows) no page can show.
"""

from re import IGNORECASE
from re import compile as regex

SCHEMES = ("light", "dark")
_ASKS = regex(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", IGNORECASE)
_ALWAYS, _NEVER = "(min-width:0px)", "(max-width:0px)"
_END_OF_HEAD = regex(r"</head\s*>", IGNORECASE)


def in_scheme(html: str, scheme: str) -> str:
    """The mail as a program of this scheme (one of SCHEMES) shows it; its links open apart, as in a mail program."""
    answered = _ASKS.sub(lambda asked: _ALWAYS if asked[1].lower() == scheme else _NEVER, html)
    # The ground that a mail leaves open is the reader's: dark only where the mail says that it can be read on dark.
    ground = scheme if scheme == "light" or has_dark_styles(html) else "light"
    more = f'<style>:root{{color-scheme:{ground} only}}</style><base target="_blank">'
    found = _END_OF_HEAD.search(answered)
    place = found.start() if found else len(answered)
    return f"{answered[:place]}{more}{answered[place:]}"


def has_dark_styles(html: str) -> bool:
    """Whether the author wrote styles for the dark."""
    return any(asked[1].lower() == "dark" for asked in _ASKS.finditer(html))
