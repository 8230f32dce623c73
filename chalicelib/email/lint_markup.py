"""What mail programs would spoil of the markup that the author wrote: pictures, and CSS that they drop."""

from collections.abc import Iterator, Sequence
from re import compile as regex

from chalicelib.email.css_support import DROPPED_BY
from chalicelib.email.jinja_tokens import MASK
from chalicelib.email.markup import Tag, Text, scan

Finding = tuple[str, int, str]  # rule, place, message

_PICTURES = frozenset({"img", "mj-image", "mj-carousel-image"})
_PADDED = frozenset({"a", "div", "p", "span", "img"})
_DECLARATION = regex(r"(?<![\w-])([a-z-]+)\s*:\s*([^;{}]*)")
_AT_BLOCK = regex(r"@[^{@]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_WHITE_LOGO = regex(r"logo[^/]*white|white[^/]*logo")


def markup_findings(text: str) -> Iterator[Finding]:
    """Findings in the order of the masked source."""
    nodes = list(scan(text))
    tags = [node for node in nodes if isinstance(node, Tag)]
    vml = any(tag.outlook and tag.name.startswith("v:") for tag in tags)
    defaults = False
    for place, node in enumerate(nodes):
        if isinstance(node, Tag) and node.name == "mj-attributes":
            defaults = node.kind == "open"
        elif isinstance(node, Tag) and node.kind != "close" and not node.outlook and not defaults:
            yield from _picture(node, nodes, place)
            yield from _style(node, vml)
        elif isinstance(node, Text) and place and _opens_style(nodes[place - 1]):
            css = text[node.start : node.end]
            yield from _dropped(_AT_BLOCK.sub(lambda match: " " * len(match.group()), css), node.start)


def _opens_style(node: object) -> bool:
    return isinstance(node, Tag) and node.kind == "open" and node.name in ("style", "mj-style") and not node.outlook


def _picture(tag: Tag, nodes: Sequence[object], place: int) -> Iterator[Finding]:
    if tag.name not in _PICTURES or (tag.get("width"), tag.get("height")) == ("1", "1"):
        return
    alt = tag.get("alt")
    if alt is None:
        yield "picture-alt", tag.start, 'This picture has no alt text. Add alt="...", or alt="" to mere decoration.'
    elif not alt.strip() and (tag.get("href") or _in_link(nodes, place)):
        yield "picture-alt", tag.start, "This picture is a link, and its alt text is empty. Say where it leads."
    if tag.name == "img" and tag.get("width") is None:
        yield (
            "picture-size",
            tag.start,
            'This picture has no width. Add width="...": Outlook shows it in its full size.',
        )
    if _WHITE_LOGO.search((tag.get("src") or "").lower()) and (tag.get("src") or "").lower().endswith(".png"):
        message = "A white logo on nothing is lost on white. Give it a background, or a thin dark outline."
        yield "dark-logo", tag.start, message


def _in_link(nodes: Sequence[object], place: int) -> bool:
    for node in (nodes[before] for before in range(place - 1, -1, -1)):
        if isinstance(node, Tag) and node.name == "a":
            return node.kind == "open"
        if isinstance(node, Tag) and node.name in ("td", "mj-text", "mj-raw", "body"):
            return False
    return False


def _style(tag: Tag, vml: bool) -> Iterator[Finding]:
    if tag.name.startswith("mj"):
        return
    style = {name: value.strip() for name, value in _DECLARATION.findall((tag.get("style") or "").lower())}
    padded = any(name.startswith("padding") and value.strip("0px ;") for name, value in style.items())
    button = tag.name == "a" and padded and any(name.startswith("background") for name in style)
    if button and not vml:
        message = "Outlook shows this button without its padding. Use mj-button, or a table cell around the link."
        yield "outlook-button", tag.start, message
    elif padded and tag.name in _PADDED and not vml:
        message = f"Outlook ignores the padding of <{tag.name}>. Put it into a table cell, or into mj-text."
        yield "outlook-padding", tag.start, message
    if (tag.get("background") or any("url(" in value for value in style.values())) and not vml:
        message = "Outlook shows no background picture here. Use background-url of mj-section, or VML beside it."
        yield "outlook-background", tag.start, message
    place = next((attribute.value_start for attribute in tag.attributes if attribute.name == "style"), tag.start)
    yield from _dropped(tag.get("style") or "", place)


def _dropped(css: str, place: int) -> Iterator[Finding]:
    for match in _DECLARATION.finditer(css.lower()):
        name, value = match.group(1), match.group(2).strip()
        key = f"display:{value.split()[0]}" if name == "display" and value else name
        if (clients := DROPPED_BY.get(key)) and MASK not in value:
            message = f"`{key}` does nothing in {' and '.join(clients)}: the mail must read well without it."
            yield "css-support", place + match.start(), message
