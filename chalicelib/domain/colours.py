"""How a shop's one colour becomes the colours of a mail or a page, each readable where it stands.

Source of luminance and contrast: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

import re
from collections.abc import Mapping
from colorsys import hls_to_rgb, rgb_to_hls

DEFAULT_COLOUR = "#7a3e2b"  # a roasted brown: the look of a shop that set none
ENOUGH = 4.5  # contrast of text on its background
CARD_IN_THE_DARK = "#23201d"  # what white becomes in the dark mode of the shipped templates
_WHITE, _BLACK = "#ffffff", "#000000"
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEPS = 20  # from a colour to white or black


def six_digits(colour: str) -> str:
    """`#ABC` as `#aabbcc`; what is no hex colour gives the default."""
    if not _HEX.fullmatch(colour):
        return DEFAULT_COLOUR
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    return f"#{digits.lower()}"


def luminance(colour: str) -> float:
    """Relative luminance of a six digit hex, 0 to 1."""
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 for the same colour, 21 for black on white."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: str) -> str:
    """Black or white, whichever has the higher contrast on `colour`; never below 4.5 : 1."""
    # (light + 0.05) / 0.05 against black, 1.05 / (light + 0.05) against white: equal at 0.179.
    return _BLACK if luminance(colour) > 0.179 else _WHITE


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with a share (0 to 1) of `other` in it."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(mine + (yours - mine) * share):02x}" for mine, yours in pairs)


def brand_colours(colour: str) -> Mapping[str, str]:
    """What a mail needs of a brand's colour, by name; each a six digit hex.

    `colour` for areas and `on_colour` for text on them; `tint` and `shade` for quiet areas in light and dark mode;
    `on_light` and `on_dark`, the colour made just dark or light enough for text on those and on the card itself.
    """
    colour = six_digits(colour)
    tint, shade = mixed(colour, _WHITE, 0.9), mixed(CARD_IN_THE_DARK, colour, 0.16)
    return {
        "colour": colour,
        "on_colour": readable_on(colour),
        "tint": tint,
        "shade": shade,
        "on_light": _legible(colour, 0, (tint, _WHITE)),
        "on_dark": _legible(colour, 1, (shade, CARD_IN_THE_DARK)),
    }


def _legible(colour: str, lightest: int, grounds: tuple[str, ...]) -> str:
    """The colour, its lightness moved to 0 or 1 as far as its text must be moved to be read on all these grounds."""
    hue, lightness, saturation = rgb_to_hls(*(part / 255 for part in _parts(colour)))
    for step in range(_STEPS):
        moved = hls_to_rgb(hue, lightness + (lightest - lightness) * step / _STEPS, saturation)
        found = "#" + "".join(f"{round(part * 255):02x}" for part in moved)
        if all(contrast(found, ground) >= ENOUGH for ground in grounds):
            return found
    return _WHITE if lightest else _BLACK


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
