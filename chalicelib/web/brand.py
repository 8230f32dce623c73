"""How the shop's brand becomes CSS variables: its colour, and whether black or white can be read on it."""

import re
from collections.abc import Mapping

DEFAULT_COLOUR = "#7a3e2b"  # a roasted brown: the look of a shop that set none
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_FONT = re.compile(r"[\w ,'\"-]{1,120}", re.ASCII)


def brand_css(brand: Mapping[str, str]) -> str:
    """The `:root` rule for a shop; what is no plain colour or font name falls back to ours."""
    colour = _colour(brand)
    font = brand.get("font", "")
    family = f"--font:{font},system-ui,sans-serif;" if _FONT.fullmatch(font) else ""
    return f":root{{--brand:{colour};--on-brand:{readable_on(colour)};{family}}}"


def readable_on(colour: str) -> str:
    """Black or white, whichever has the higher contrast on `colour` (a six digit hex); never below 4.5 : 1."""
    light = luminance(colour)
    # (light + 0.05) / 0.05 against black, 1.05 / (light + 0.05) against white: equal at 0.179.
    return "#000000" if light > 0.179 else "#ffffff"


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _colour(brand: Mapping[str, str]) -> str:
    given = brand.get("colour", "")
    if not _HEX.fullmatch(given):
        return DEFAULT_COLOUR
    digits = given[1:] if len(given) == 7 else "".join(digit * 2 for digit in given[1:])
    return f"#{digits.lower()}"
