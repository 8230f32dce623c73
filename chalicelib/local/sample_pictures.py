"""How the sample shop's goods look: a small flat drawing for each category, coloured by the product.

Only for the local mailbox and pages, so that they need no network: most mail programs show no SVG.
"""

import zlib
from collections.abc import Callable
from datetime import date
from functools import cache
from html import escape

from chalicelib.local.sample.catalogue import sample_products
from chalicelib.local.sample.chance import Chance

# Background, body, darker side, accent. One for each product, by its sku.
_PALETTES = (
    ("#F6EBDD", "#B5553C", "#8F3F2B", "#F2C078"),
    ("#E6EFEA", "#2F6B5B", "#214F43", "#E9C46A"),
    ("#E9EDF5", "#34507D", "#253B5F", "#F0A868"),
    ("#F7E9E6", "#A63D57", "#7F2B41", "#F4D6A0"),
    ("#EEF0E0", "#71803A", "#556129", "#F3D27A"),
    ("#F1E8F2", "#6B4A7C", "#50365E", "#E8B98A"),
    ("#E4F0F2", "#2D7F8C", "#1F5F69", "#F5C98B"),
    ("#F5EEDC", "#C98A2B", "#9C6919", "#5B3A21"),
)
_INK, _CREAM, _STEEL = "#3B2A20", "#FFFBF3", "#9AA3A8"


def sample_picture(sku: str) -> str | None:
    """The picture of one of the sample shop's products as SVG; None for an unknown sku."""
    found = _shelf().get(sku)
    return product_picture(sku, *found) if found else None


def product_picture(sku: str, category: str, name: str) -> str:
    """A drawing of 400 by 400 as SVG text, always the same for a product. An unknown category is drawn as a mug."""
    ground, body, side, accent = _PALETTES[zlib.crc32(sku.encode()) % len(_PALETTES)]
    draw = _DRAWINGS.get(category, _mug)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400" role="img">'
        f"<title>{escape(name)}</title>"
        f'<rect width="400" height="400" fill="{ground}"/>'
        f'<circle cx="200" cy="190" r="150" fill="{_CREAM}" opacity=".55"/>'
        f'<ellipse cx="200" cy="340" rx="125" ry="13" fill="{_INK}" opacity=".13"/>'
        f"{draw(body, side, accent, _label(name))}</svg>"
    )


@cache
def _shelf() -> dict[str, tuple[str, str]]:
    goods = sample_products(Chance(0), today=date(2026, 1, 1))  # names and categories hang on no day
    return {product.sku: (product.category, product.name) for product in goods}


def _label(name: str) -> str:
    """The name's first word, cut to what fits on a label."""
    words = name.replace(",", "").split()
    return words[0][:11] if words else ""


def _text(label: str, y: int, colour: str, width: int) -> str:
    size = min(26, width * 18 // (10 * max(1, len(label))))
    font = f'font-family="Georgia,serif" font-weight="bold" font-size="{size}"'
    return f'<text x="200" y="{y}" text-anchor="middle" {font} fill="{colour}">{escape(label)}</text>'


def _bean(x: int, y: int, turn: int, colour: str) -> str:
    return (
        f'<g transform="translate({x} {y}) rotate({turn})"><ellipse rx="17" ry="11" fill="{colour}"/>'
        f'<path d="M-15 0C-6 -6 6 6 15 0" fill="none" stroke="{_CREAM}" stroke-width="2.5" opacity=".7"/></g>'
    )


def _leaf(x: int, y: int, turn: int, colour: str) -> str:
    return (
        f'<g transform="translate({x} {y}) rotate({turn})"><path d="M0 0C10 -24 36 -24 48 0C36 22 10 22 0 0Z" '
        f'fill="{colour}"/><path d="M0 0H40" stroke="{_CREAM}" stroke-width="2" opacity=".6"/></g>'
    )


def _steam(x: int, y: int) -> str:
    return (
        f'<path d="M{x} {y}c-14 -16 14 -26 0 -44" fill="none" stroke="{_INK}" stroke-width="6" '
        'stroke-linecap="round" opacity=".22"/>'
    )


def _bag(body: str, side: str, accent: str, label: str) -> str:
    """A bag of beans."""
    return (
        f'<path d="M118 104L130 336H270L282 104Z" fill="{body}"/>'
        f'<path d="M244 104L236 336H270L282 104Z" fill="{side}"/>'
        f'<rect x="112" y="74" width="176" height="36" rx="5" fill="{side}"/>'
        f'<path d="M118 92H282" stroke="{accent}" stroke-width="4"/>'
        f'<rect x="139" y="162" width="122" height="104" rx="8" fill="{_CREAM}"/>'
        f"{_bean(186, 196, -35, _INK)}{_bean(214, 200, 30, _INK)}{_text(label, 248, _INK, 106)}"
        f'<circle cx="200" cy="136" r="7" fill="{accent}"/>'
        f"{_bean(96, 330, 12, side)}{_bean(302, 332, -25, side)}{_bean(330, 338, 40, body)}"
    )


def _cup(body: str, side: str, accent: str, label: str) -> str:
    """An espresso cup on its saucer."""
    return (
        f"{_steam(176, 146)}{_steam(200, 138)}{_steam(224, 146)}"
        f'<path d="M268 198c58 -14 62 66 -14 66" fill="none" stroke="{side}" stroke-width="16"/>'
        f'<path d="M116 172H284C284 250 258 300 200 300S116 250 116 172Z" fill="{body}"/>'
        f'<path d="M246 172H284C284 250 258 300 200 300C240 286 248 230 246 172Z" fill="{side}"/>'
        f'<ellipse cx="200" cy="172" rx="84" ry="20" fill="{_CREAM}"/>'
        f'<ellipse cx="200" cy="174" rx="74" ry="15" fill="{_INK}"/>'
        f'<ellipse cx="200" cy="176" rx="52" ry="8" fill="{accent}"/>'
        f'<path d="M96 312H304C292 336 250 340 200 340S108 336 96 312Z" fill="{side}"/>'
        f'<ellipse cx="200" cy="312" rx="106" ry="12" fill="{accent}"/>{_text(label, 244, _CREAM, 116)}'
    )


def _tin(body: str, side: str, accent: str, label: str) -> str:
    """A tea tin."""
    return (
        f'<path d="M122 132H278V318C278 346 122 346 122 318Z" fill="{body}"/>'
        f'<path d="M240 132H278V318C278 330 262 336 240 338Z" fill="{side}"/>'
        f'<path d="M122 172H278V182H122ZM122 296H278V306H122Z" fill="{accent}"/>'
        f'<path d="M114 96H286V134C286 150 114 150 114 134Z" fill="{side}"/>'
        f'<ellipse cx="200" cy="96" rx="86" ry="18" fill="{body}"/>'
        f'<ellipse cx="200" cy="90" rx="20" ry="9" fill="{accent}"/>'
        f'<ellipse cx="200" cy="238" rx="64" ry="46" fill="{_CREAM}"/>'
        f"{_leaf(176, 222, -14, body)}{_text(label, 258, _INK, 108)}"
    )


def _teapot(body: str, side: str, accent: str, label: str) -> str:
    """A teapot."""
    return (
        f"{_steam(70, 164)}"
        f'<path d="M118 262C78 250 92 196 58 186L80 176C118 186 112 220 142 226Z" fill="{side}"/>'
        f'<path d="M272 188c76 -30 92 92 -8 98" fill="none" stroke="{side}" stroke-width="18"/>'
        f'<ellipse cx="200" cy="248" rx="96" ry="84" fill="{body}"/>'
        f'<path d="M236 170C310 196 314 306 226 330C262 290 268 222 236 170Z" fill="{side}" opacity=".65"/>'
        f'<rect x="154" y="322" width="92" height="18" rx="8" fill="{side}"/>'
        f'<path d="M142 178C150 146 250 146 258 178Z" fill="{accent}"/><circle cx="200" cy="142" r="13" fill="{side}"/>'
        f"{_leaf(150, 222, -24, accent)}{_leaf(202, 214, 18, accent)}{_text(label, 276, _CREAM, 118)}"
    )


def _mug(body: str, side: str, accent: str, label: str) -> str:
    """A mug with a tea bag."""
    return (
        f"{_steam(170, 122)}{_steam(200, 112)}{_steam(230, 122)}"
        f'<path d="M262 190c74 -16 78 98 -4 98" fill="none" stroke="{side}" stroke-width="18"/>'
        f'<path d="M124 150H276V306C276 348 124 348 124 306Z" fill="{body}"/>'
        f'<path d="M238 150H276V306C276 328 258 336 232 337Z" fill="{side}"/>'
        f'<ellipse cx="200" cy="150" rx="76" ry="18" fill="{_CREAM}"/>'
        f'<ellipse cx="200" cy="152" rx="66" ry="13" fill="{accent}"/>'
        f'<path d="M152 158C146 190 150 196 146 214" fill="none" stroke="{_CREAM}" stroke-width="3"/>'
        f'<rect x="130" y="212" width="32" height="38" rx="4" fill="{_CREAM}"/>'
        f'<circle cx="146" cy="231" r="8" fill="{side}"/>'
        f"{_text(label, 296, _CREAM, 112)}"
    )


def _filter(body: str, side: str, accent: str, label: str) -> str:
    """A paper filter on a glass jug."""
    return (
        f'<path d="M112 84H288L228 190H172Z" fill="{_CREAM}" stroke="{_STEEL}" stroke-width="3"/>'
        f'<path d="M128 112H272L228 190H172Z" fill="{body}"/><path d="M236 112H272L228 190H210Z" fill="{side}"/>'
        f'<path d="M146 84L182 190M254 84L218 190" stroke="{_STEEL}" stroke-width="2" opacity=".5"/>'
        f'<rect x="140" y="188" width="120" height="14" rx="7" fill="{side}"/>'
        '<path d="M164 204H236C230 238 280 262 280 300C280 332 262 340 200 340S120 332 120 300C120 262 170 '
        '238 164 204Z" '
        f'fill="#FFFFFF" opacity=".75"/><path d="M127 278H273C284 324 268 336 200 336S116 324 127 278Z" fill="{_INK}"/>'
        f'<ellipse cx="200" cy="278" rx="73" ry="9" fill="{accent}"/>'
        f'<path d="M200 202V266" stroke="{_INK}" stroke-width="4" '
        f'stroke-dasharray="10 7"/><path d="M272 244c44 -6 44 56 8 62" fill="none" stroke="{side}" stroke-width="12"/>'
        f"{_text(label, 318, _CREAM, 118)}"
    )


_DRAWINGS: dict[str, Callable[[str, str, str, str], str]] = {
    "Coffee beans": _bag,
    "Espresso": _cup,
    "Black tea": _tin,
    "Green tea": _teapot,
    "Herbal tea": _mug,
    "Brewing gear": _filter,
}
