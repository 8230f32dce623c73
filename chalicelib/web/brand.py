"""How the shop's brand becomes CSS variables: its colour, and whether black or white can be read on it."""

import re
from collections.abc import Mapping

from chalicelib.domain.colours import readable_on, six_digits

_FONT = re.compile(r"[\w ,'\"-]{1,120}", re.ASCII)


def brand_css(brand: Mapping[str, str]) -> str:
    """The `:root` rule for a shop; what is no plain colour or font name falls back to ours."""
    colour = six_digits(brand.get("colour", ""))
    font = brand.get("font", "")
    family = f"--font:{font},system-ui,sans-serif;" if _FONT.fullmatch(font) else ""
    return f":root{{--brand:{colour};--on-brand:{readable_on(colour)};{family}}}"
