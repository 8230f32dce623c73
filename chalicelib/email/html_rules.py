"""Which HTML a mail may hold: tags by an allow-list, no handlers, no code, links and styles that fetch nothing."""

from chalicelib.domain.urls import unsafe
from chalicelib.email.author_source import Problems, nearest
from chalicelib.email.entities import decoded
from chalicelib.email.jinja_tokens import MASK
from chalicelib.email.markup import Attribute, Tag
from chalicelib.email.style_rules import font_sheet


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


TAGS = _words(
    "a abbr address area article aside b bdi bdo big blockquote body br caption center cite code col colgroup dd del"
    " dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd li main map"
    " mark meta nav ol p pre q s samp section small span strike strong style sub sup table tbody td tfoot th thead"
    " time title tr tt u ul var wbr link acronym nobr picture source video details summary label input o:p"
)
OUTLOOK_TAGS = TAGS | {"xml", "noscript"}
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "meta", "wbr", "link", "source"})
# What HTML lets authors leave open, and before which opening tags it ends.
# Source: https://html.spec.whatwg.org/multipage/syntax.html#optional-tags
ENDS_BEFORE = {
    "p": _words(
        "address article aside blockquote center details div dl figcaption figure footer h1 h2 h3 h4 h5 h6 header hr"
        " main nav ol p pre section table ul"
    ),
    "li": _words("li"),
    **dict.fromkeys(("dt", "dd"), _words("dt dd")),
    **dict.fromkeys(("td", "th"), _words("td th tr tbody tfoot")),
    "tr": _words("tr tbody tfoot"),
    **dict.fromkeys(("thead", "tbody", "tfoot"), _words("tbody tfoot")),
    "colgroup": _words("thead tbody tfoot tr"),
    **dict.fromkeys(("html", "body"), frozenset[str]()),
}
OPTIONAL_END = frozenset(ENDS_BEFORE)
LINKS = frozenset({"href"})
PICTURES = frozenset(
    {"src", "background", "background-url", "icon-wrapped-url", "icon-unwrapped-url", "left-icon", "right-icon"}
    | {"thumbnails-src", "base-url", "poster"}
)
_FORBIDDEN = _words(
    "action formaction srcdoc ping xlink:href dynsrc lowsrc code codebase archive classid data manifest"
    " longdesc http-equiv"
)
# It would tell other sites the address of the page that shows the mail, which is signed for one reader.
_LEAKING_META = "referrer"
_CODE_TAGS = _words("script iframe object embed form select textarea button svg math base")
# What a <link> may be for, beside the style sheet of a font service; browsers do nothing with it in a mail.
_QUIET_LINKS = _words("preconnect dns-prefetch icon apple-touch-icon shortcut canonical")
# Without a form they send nothing: MJML's own menus, accordions and carousels are built of them.
_SWITCHES = frozenset({"checkbox", "radio"})
_MEANT = {"srcset": "pictures at https:// addresses, written out", "usemap": "a map of this mail, with #"}
_HARMLESS_EQUIV = _words("content-type x-ua-compatible content-language content-style-type cleartype imagetoolbar")


def check_tag(tag: Tag, problems: Problems) -> None:
    """Refuse a tag that mails must not have."""
    known = OUTLOOK_TAGS if tag.outlook else TAGS
    if tag.name == "input" and tag.kind != "close" and (tag.get("type") or "").lower() not in _SWITCHES:
        message = "<input> may only be a checkbox or a radio button that styles ask for: nothing can be typed or sent."
        problems.add(tag.start, message)
        return
    if tag.name in known or (tag.outlook and tag.name.partition(":")[0] in ("v", "o", "w")):
        return
    if tag.name.startswith("mj"):
        problems.add(tag.start, f"<{tag.name}> cannot stand inside text. Close the tag before it first.")
    elif tag.name in _CODE_TAGS:
        problems.add(
            tag.start, f"<{tag.name}> must not stand in a mail: mail programs drop it or warn. {_instead(tag)}"
        )
    else:
        mend = nearest(tag.name, TAGS) or " Write `&lt;` for the sign itself."
        problems.add(tag.start, f"<{tag.name}> is no tag that a mail may use.{mend}")


def _instead(tag: Tag) -> str:
    if tag.name == "script" and "ld+json" in (tag.get("type") or ""):
        return "For annotations in Gmail write microdata: itemscope, itemtype and itemprop on plain elements."
    return "Remove it."


def check_attribute(tag: Tag, attribute: Attribute, problems: Problems) -> None:
    """Refuse handlers, code, bad addresses and styles that fetch, in HTML and MJML alike."""
    name, value = attribute.name, attribute.value or ""
    if name.startswith("on"):
        problems.add(attribute.start, f"`{name}` runs code; a mail must not. Remove it.")
    elif name == "http-equiv" and value.lower() in _HARMLESS_EQUIV:
        return
    elif name in _FORBIDDEN:
        problems.add(attribute.start, f"`{name}` must not stand in a mail. Remove it.")
    elif tag.name == "meta" and name == "name" and (_LEAKING_META in value.lower() or MASK in value):
        problems.add(attribute.start, f"The meta name {value[:40]!r} is not allowed. Remove it.")
    elif tag.name == "link":
        return  # judged as a whole
    elif name in LINKS | PICTURES:
        _check_address(tag, attribute, problems)
    elif name in ("srcset", "usemap") and not _plain_addresses(name, value):
        problems.add(attribute.start, f"`{name}` may only name {_MEANT[name]}. Remove it.")


def check_link(tag: Tag, problems: Problems) -> None:
    """Refuse a `<link>` that loads anything but the fonts of a font service."""
    relations = _words(decoded(tag.get("rel") or "").lower())
    url = decoded(tag.get("href") or "").strip()
    if relations == {"stylesheet"} and font_sheet(url):
        return
    if tag.get("itemprop") and not relations and not bad_address(url, link=False):
        return  # microdata: it says something and loads nothing
    if not relations or relations - _QUIET_LINKS or MASK in url or bad_address(url, link=False):
        message = (
            "<link> may only bring the style sheet of a font service, such as https://fonts.googleapis.com/css2?..."
        )
        problems.add(tag.start, f"{message} Put other styles into <style>.")


def _plain_addresses(name: str, value: str) -> bool:
    if name == "usemap":
        return value.startswith("#")
    addresses = [part.split()[0] for part in decoded(value).split(",") if part.strip()]
    return all(url.startswith("https://") and MASK not in url and not unsafe(url) for url in addresses)


def _check_address(tag: Tag, attribute: Attribute, problems: Problems) -> None:
    raw = attribute.value or ""
    url = decoded(raw).strip()
    if tag.name == "mj-font":
        reason = (
            ""
            if (url.startswith("https://") and not unsafe(url)) or font_sheet(url)
            else "mj-font needs an address that begins with https://."
        )
    else:
        reason = bad_address(url, link=attribute.name in LINKS)
    if reason:
        problems.add(attribute.value_start, reason)


def bad_address(url: str, *, link: bool) -> str:
    """Why an address as the author wrote it, Jinja masked, can never be right; empty if it may be.

    Empty and relative ones are not refused here: they are warnings, and stop the launch.
    """
    before_jinja = url.split(MASK, 1)[0]
    compact = "".join(sign for sign in before_jinja if sign > " " and sign != "\x7f").lower()
    if compact.startswith(("//", "\\", "/\\")):
        return "An address must not begin with `//`: write https:// and the host."
    scheme, colon, _ = compact.partition(":")
    if not colon or not scheme.replace("-", "").replace("+", "").replace(".", "").isalnum():
        return ""
    if link and scheme in ("mailto", "tel", "sms"):
        return ""
    if scheme not in ("http", "https"):
        return f"An address must not begin with `{scheme[:20]}:`. Use https://."
    if MASK not in url:
        return f"The address {unsafe(url)}." if unsafe(url) else ""
    authority, end, _ = compact.partition("//")[2].replace("?", "/").replace("#", "/").partition("/")
    if "@" in authority:
        return "An address must not have a user name before the host."
    if not end:
        return "The host of an address must be written out, with a `/` before the variable."
    return ""
