"""Which texts may stand in a name, a subject or a footer, and how locales, zones and countries are written."""

import re
import unicodedata
from typing import Any

from chalicelib.domain.dates import require_zone
from chalicelib.errors import InvalidInput

# Control characters, and U+2028/U+2029, which some readers take for a line's end: a name goes into mail headers.
_BREAKS = frozenset({"Cc", "Zl", "Zp", "Cs"})
_LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?", re.ASCII)


def one_line(value: Any, most: int) -> str:
    """A text of one line, without white space around it, 1 to `most` characters.

    Raises:
        InvalidInput: no text, empty, too long, or with a control character or a line's end inside.
    """
    text = _text(value, most)
    for character in text:
        if unicodedata.category(character) in _BREAKS:
            raise InvalidInput(f"has a character that none may have here: U+{ord(character):04X}")
    return text


def several_lines(value: Any, most: int) -> str:
    """A text of some lines, ended by `\\n`, without white space around any of them and without empty ones.

    Raises:
        InvalidInput: as `one_line`.
    """
    text = _text(value, most)
    lines = [line.strip() for line in re.split(r"\r\n|\r|\n", text)]
    return "\n".join(one_line(line, most) for line in lines if line)


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"must be a text, got {type(value).__name__}")
    # Composed, so that one name is one text, however the keyboard wrote it.
    text = unicodedata.normalize("NFC", value).strip(" \t\n\r\u00a0")
    if not 1 <= len(text) <= most:
        raise InvalidInput(f"must have 1 to {most} characters, got {len(text)}")
    return text


def locale_name(value: Any) -> str:
    """A locale as BCP 47 writes it: "en", "en-GB", "zh-Hant-TW".

    Raises:
        InvalidInput: anything else.
    """
    found = _LOCALE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise InvalidInput("is no locale; write a language, or a language and a country, such as en or en-GB")
    language, script, region = found.groups()
    parts = [language.lower(), script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part)


def time_zone_name(value: Any) -> str:
    """An IANA time zone.

    Raises:
        InvalidInput: anything else.
    """
    name = one_line(value, 64)
    require_zone(name)
    return name


def identifier(value: Any, what: str) -> str:
    """A name that another system gave: an id, a sku, the name of an attribute. One line, 1 to 128 characters.

    Raises:
        InvalidInput: anything else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or value != value.strip():
        raise InvalidInput(f"{what} must be a text without white space around it")
    return one_line(value, 128)
