"""Which MJML tags there are, what may stand in which, and which attributes each has.

Source: https://documentation.mjml.io and the components' `allowedAttributes` in https://github.com/mjmlio/mjml. What
the compiler itself does not know is ignored by it in silence, so it has to be refused before.
"""

from re import compile as regex


def _with(prefix: str, *sides: str) -> list[str]:
    return [prefix, *(f"{prefix}-{side}" for side in sides)]


_SIDES = ("top", "right", "bottom", "left")
_PADDING = _with("padding", *_SIDES)
_BORDER = [*_with("border", *_SIDES), "border-radius"]
_FONT = ["color", "font-family", "font-size", "font-style", "font-weight", "letter-spacing", "line-height"]
_TEXT = [*_FONT, "text-decoration", "text-transform"]
_LINK = ["href", "rel", "target", "name", "title"]
_IN_COLUMN = [*_PADDING, "container-background-color", "align", "vertical-align"]
_BACKGROUND = [
    f"background-{part}" for part in ("color", "url", "repeat", "size", "position", "position-x", "position-y")
]
_SECTION = [
    *_PADDING,
    *_BORDER,
    *_BACKGROUND,
    "full-width",
    "direction",
    "text-align",
    "text-padding",
    "vertical-align",
    "gutter",
]
_ICONS = ["icon-align", "icon-wrapped-url", "icon-wrapped-alt", "icon-unwrapped-url", "icon-unwrapped-alt"]
_ICONS += ["icon-position", "icon-height", "icon-width"]
_ACCORDION_PART = [*_PADDING, *_FONT, "background-color"]
_INNER = ["inner-background-color", *_with("inner-border", *_SIDES), "inner-border-radius"]
_SOCIAL = [
    *_PADDING,
    *_TEXT,
    "align",
    "border",
    "border-radius",
    "icon-size",
    "icon-height",
    "icon-padding",
    "text-padding",
]

_ATTRIBUTES: dict[str, list[str]] = {
    "mjml": ["lang", "dir", "owa", "version", "xmlns"],
    "mj-head": [],
    "mj-title": [],
    "mj-preview": [],
    "mj-style": ["inline"],
    "mj-raw": ["position"],
    "mj-attributes": [],
    "mj-all": [],
    "mj-class": ["name"],
    "mj-font": ["name", "href"],
    "mj-breakpoint": ["width"],
    "mj-html-attributes": [],
    "mj-selector": ["path"],
    "mj-html-attribute": ["name"],
    "mj-body": ["background-color", "width", "id"],
    "mj-wrapper": [*_SECTION, "gap"],
    "mj-section": _SECTION,
    "mj-group": ["width", "vertical-align", "background-color", "direction"],
    "mj-column": [*_PADDING, *_BORDER, *_INNER, "background-color", "width", "vertical-align", "direction"],
    "mj-hero": [*_PADDING, *_BACKGROUND, "background-width", "background-height", "mode", "height", "width", "align"]
    + ["vertical-align", "border-radius", "inner-background-color", *_with("inner-padding", *_SIDES)],
    "mj-text": [*_IN_COLUMN, *_TEXT, "background-color", "height"],
    "mj-button": [*_IN_COLUMN, *_BORDER, *_TEXT, *_LINK, "background-color", "inner-padding", "width", "height"]
    + ["text-align"],
    "mj-image": [*_IN_COLUMN, *_BORDER, *_LINK, "src", "srcset", "sizes", "alt", "width", "height", "max-height"]
    + ["fluid-on-mobile", "usemap", "font-size"],
    "mj-divider": [*_IN_COLUMN, "border-color", "border-style", "border-width", "width"],
    "mj-spacer": [*_IN_COLUMN, *_BORDER, "height"],
    "mj-table": [*_IN_COLUMN, *_FONT, "cellpadding", "cellspacing", "width", "table-layout", "border", "role"],
    "mj-social": [*_SOCIAL, "container-background-color", "vertical-align", "mode", "inner-padding", "table-layout"],
    "mj-social-element": [*_SOCIAL, *_LINK, "src", "srcset", "sizes", "alt", "background-color", "icon-color"]
    + ["icon-position", "vertical-align"],
    "mj-navbar": [
        *_PADDING,
        "base-url",
        "hamburger",
        "align",
        "ico-open",
        "ico-close",
        *_with("ico-padding", *_SIDES),
        "ico-align",
    ]
    + [
        f"ico-{part}"
        for part in ("color", "font-size", "font-family", "text-transform", "text-decoration", "line-height")
    ],
    "mj-navbar-link": [*_PADDING, *_TEXT, *_LINK],
    "mj-accordion": [*_PADDING, *_ICONS, "border", "font-family", "container-background-color"],
    "mj-accordion-element": [*_ICONS, "background-color", "border", "font-family"],
    "mj-accordion-title": _ACCORDION_PART,
    "mj-accordion-text": _ACCORDION_PART,
    "mj-carousel": [*_PADDING, "align", "background-color", "border-radius", "thumbnails", "left-icon", "right-icon"]
    + ["icon-width", *(f"tb-{p}" for p in ("border", "border-radius", "hover-border-color", "selected-border-color"))]
    + ["tb-width", "container-background-color"],
    "mj-carousel-image": [*_LINK, "src", "thumbnails-src", "alt", "border-radius", "tb-border", "tb-border-radius"],
}
ATTRIBUTES = {tag: frozenset([*names, "css-class", "mj-class"]) for tag, names in _ATTRIBUTES.items()}
EVERY_ATTRIBUTE = frozenset[str]().union(*ATTRIBUTES.values())

_CONTENT = frozenset(
    {"mj-accordion", "mj-button", "mj-carousel", "mj-divider", "mj-image", "mj-navbar", "mj-raw", "mj-social"}
    | {"mj-spacer", "mj-table", "mj-text"}
)
CHILDREN: dict[str, frozenset[str]] = {
    "": frozenset({"mjml"}),
    "mjml": frozenset({"mj-head", "mj-body"}),
    "mj-head": frozenset({"mj-attributes", "mj-breakpoint", "mj-font", "mj-preview", "mj-style", "mj-title", "mj-raw"})
    | {"mj-html-attributes"},
    "mj-html-attributes": frozenset({"mj-selector"}),
    "mj-selector": frozenset({"mj-html-attribute"}),
    "mj-attributes": frozenset(ATTRIBUTES),
    "mj-class": frozenset(ATTRIBUTES),
    # MJML names no mj-spacer for these two, but takes one, and it shows as it should.
    "mj-body": frozenset({"mj-section", "mj-wrapper", "mj-hero", "mj-raw", "mj-spacer"}),
    "mj-wrapper": frozenset({"mj-section", "mj-hero", "mj-raw", "mj-spacer"}),
    "mj-section": frozenset({"mj-column", "mj-group", "mj-raw"}),
    "mj-group": frozenset({"mj-column", "mj-raw"}),
    "mj-column": _CONTENT,
    "mj-hero": _CONTENT,
    "mj-navbar": frozenset({"mj-navbar-link", "mj-raw"}),
    # MJML also allows mj-raw in these three; our compiler does not.
    "mj-social": frozenset({"mj-social-element"}),
    "mj-accordion": frozenset({"mj-accordion-element"}),
    "mj-accordion-element": frozenset({"mj-accordion-title", "mj-accordion-text"}),
    "mj-carousel": frozenset({"mj-carousel-image"}),
}
# Their content is HTML or text, which the compiler passes through.
ENDING = frozenset(
    {"mj-text", "mj-button", "mj-raw", "mj-table", "mj-title", "mj-preview", "mj-style", "mj-navbar-link"}
    | {"mj-social-element", "mj-accordion-title", "mj-accordion-text", "mj-html-attribute"}
)
# Between their children a Jinja tag may stand; `regrouping` moves it where the compiler would not keep it there.
BETWEEN = frozenset({"mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero", "mj-navbar"})
BETWEEN |= {"mj-head", "mj-social", "mj-accordion", "mj-accordion-element", "mj-carousel"}
# What `mj-html-attribute` may set: nothing that loads, leads or runs.
SETTABLE = regex(r"(?:data|aria)-[a-z0-9-]+|id|class|role|title|alt|lang|dir|align|valign|width|height|bgcolor|border")
