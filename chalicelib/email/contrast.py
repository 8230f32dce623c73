"""How well a text can be told from its background, by the colours that stand in the mail itself.

Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from re import compile as regex

from chalicelib.email.html_rules import VOID
from chalicelib.email.jinja_tokens import Hiding
from chalicelib.email.markup import Tag, Text, scan

ENOUGH = 4.5
ENOUGH_FOR_LARGE = 3.0
_HEX = regex(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_RGB = regex(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_DECLARATION = regex(r"([a-z-]+)\s*:\s*([^;]+)")
_NAMED = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "green": "#008000", "blue": "#0000ff"}
_NAMED |= {"yellow": "#ffff00", "orange": "#ffa500", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0"}
_NAMED |= {"navy": "#000080", "lightgray": "#d3d3d3", "lightgrey": "#d3d3d3", "pink": "#ffc0cb", "gold": "#ffd700"}
_SILENT = frozenset({"head", "style", "title", "script"})

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Faint:
    """A text that is hard to read."""

    text: str
    colour: str
    background: str
    ratio: float
    least: float


@dataclass(frozen=True, slots=True)
class _Look:
    tag: str = ""
    colour: Colour | None = (0, 0, 0)  # None: only the mail will show it
    background: Colour | None = (255, 255, 255)
    size: float = 16
    bold: bool = False
    hidden: bool = False


def ratio(one: Colour, other: Colour) -> float:
    """1 for the same colour, 21 for black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def colour_of(text: str) -> Colour | None:
    """The colour that a value names; None where it is none of the plain ones."""
    text = _NAMED.get(text.strip().lower(), text.strip())
    if match := _HEX.fullmatch(text):
        digits = match.group(1) if len(match.group(1)) == 6 else "".join(digit * 2 for digit in match.group(1))
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if match := _RGB.fullmatch(text):
        red, green, blue = (min(255, int(part)) for part in match.groups())
        return red, green, blue
    return None


def faint_texts(compiled: str, hiding: Hiding) -> Iterator[Faint]:
    """Each pair of plain colours that is too alike, once, with the first text that has it."""
    looks = [_Look()]
    seen = set()
    for node in scan(compiled):
        if isinstance(node, Tag) and not node.outlook:
            _step(looks, node)
        elif isinstance(node, Text) and not node.outlook:
            text = hiding.pattern.sub("", compiled[node.start : node.end]).replace("&nbsp;", " ").strip()
            look = looks[-1]
            if any(sign.isalnum() for sign in text) and (faint := _faint(text, look)):
                if (faint.colour, faint.background) not in seen:
                    yield faint
                seen.add((faint.colour, faint.background))


def _step(looks: list[_Look], tag: Tag) -> None:
    if tag.kind == "close":
        if tag.name in [look.tag for look in looks]:
            while looks.pop().tag != tag.name:
                pass
    elif tag.kind == "open" and tag.name not in VOID:
        looks.append(_worn(looks[-1], tag))


def _worn(around: _Look, tag: Tag) -> _Look:
    """How text in this element looks. What is not understood is unknown, and nothing is said of it."""
    style = {name: value.strip() for name, value in _DECLARATION.findall((tag.get("style") or "").lower())}
    look = replace(around, tag=tag.name)
    if "color" in style or tag.get("color"):
        look = replace(look, colour=colour_of(style.get("color") or tag.get("color") or ""))
    elif tag.name == "a":
        look = replace(look, colour=None)  # the mail program's own
    background = style.get("background-color") or style.get("background") or tag.get("bgcolor")
    if tag.get("background") or "background-image" in style:
        look = replace(look, background=None)
    elif background and background not in ("transparent", "none"):
        look = replace(look, background=colour_of(background))
    if style.get("font-size", "").endswith("px"):
        look = replace(look, size=_number(style["font-size"][:-2], look.size))
    bold = tag.name in ("b", "strong", "h1", "h2", "h3", "th") or style.get("font-weight") in ("bold", "700", "800")
    hidden = tag.name in _SILENT or style.get("display") == "none" or style.get("max-height") in ("0", "0px")
    return replace(look, bold=look.bold or bold, hidden=look.hidden or hidden)


def _number(text: str, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise


def _faint(text: str, look: _Look) -> Faint | None:
    if look.hidden or look.colour is None or look.background is None or look.size < 2:
        return None
    large = look.size >= 24 or (look.bold and look.size >= 18.66)
    least = ENOUGH_FOR_LARGE if large else ENOUGH
    found = ratio(look.colour, look.background)
    if found >= least:
        return None
    return Faint(text, _written(look.colour), _written(look.background), found, least)


def _written(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
