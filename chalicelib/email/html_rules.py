"""Which HTML a mail may hold: tags by an allow-list, no handlers, no code, links and styles that fetch nothing."""

from re import compile as regex

from chalicelib.domain.urls import unsafe
from chalicelib.email.author_source import Problems, nearest
from chalicelib.email.entities import decoded
from chalicelib.email.jinja_tokens import MASK
from chalicelib.email.markup import Attribute, Tag


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


TAGS = _words(
    "a abbr address area article aside b bdi bdo big blockquote body br caption center cite code col colgroup dd del"
    " dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd li main map"
    " mark meta nav ol p pre q s samp section small span strike strong style sub sup table tbody td tfoot th thead"
    " time title tr tt u ul var wbr"
)
OUTLOOK_TAGS = TAGS | {"xml", "noscript", "link"}
VOID = frozenset({"area", "br", "col", "hr", "img", "meta", "wbr", "link"})
# HTML lets authors leave these open.
OPTIONAL_END = _words("p li dt dd tr td th tbody thead tfoot colgroup html body")
LINKS = frozenset({"href"})
PICTURES = frozenset(
    {"src", "background", "background-url", "icon-wrapped-url", "icon-unwrapped-url", "left-icon", "right-icon"}
    | {"thumbnails-src", "base-url"}
)
_FORBIDDEN = _words(
    "action formaction srcdoc ping xlink:href poster dynsrc lowsrc code codebase archive classid data manifest"
    " longdesc http-equiv"
)
_META_NAMES = _words("viewport color-scheme supported-color-schemes format-detection robots generator")
_CODE_TAGS = _words("script iframe object embed form input select textarea button svg math base link")
_MEANT = {"srcset": "pictures at https:// addresses, written out", "usemap": "a map of this mail, with #"}
_HARMLESS_EQUIV = frozenset({"content-type", "x-ua-compatible"})
_AT_RULE = regex(r"@[a-z-]+")
_AT_RULES = frozenset({"@media", "@supports", "@keyframes", "@-webkit-keyframes", "@-ms-viewport"})
_FETCHING = regex(r"(?<![a-z-])(url|src|image|image-set|-webkit-image-set|cross-fade|element|paint|expression)\s*\(", 2)
_OLD_CODE = regex(r"(behavior|-moz-binding)\s*:|javascript\s*:", 2)


def check_tag(tag: Tag, problems: Problems) -> None:
    """Refuse a tag that mails must not have."""
    known = OUTLOOK_TAGS if tag.outlook else TAGS
    if tag.name in known or (tag.outlook and tag.name.partition(":")[0] in ("v", "o", "w")):
        return
    if tag.name.startswith("mj"):
        problems.add(tag.start, f"<{tag.name}> cannot stand inside text. Close the tag before it first.")
    elif tag.name in _CODE_TAGS:
        problems.add(tag.start, f"<{tag.name}> must not stand in a mail: mail programs drop it or warn. Remove it.")
    else:
        mend = nearest(tag.name, TAGS) or " Write `&lt;` for the sign itself."
        problems.add(tag.start, f"<{tag.name}> is no tag that a mail may use.{mend}")


def check_attribute(tag: Tag, attribute: Attribute, problems: Problems) -> None:
    """Refuse handlers, code, bad addresses and styles that fetch, in HTML and MJML alike."""
    name, value = attribute.name, attribute.value or ""
    if name.startswith("on"):
        problems.add(attribute.start, f"`{name}` runs code; a mail must not. Remove it.")
    elif name == "http-equiv" and value.lower() in _HARMLESS_EQUIV:
        return
    elif name in _FORBIDDEN:
        problems.add(attribute.start, f"`{name}` must not stand in a mail. Remove it.")
    elif tag.name == "meta" and name == "name" and value.lower() not in _META_NAMES:
        problems.add(attribute.start, f"The meta name {value[:40]!r} is not allowed. Remove it.")
    elif name == "style":
        check_css(value, attribute.value_start, problems)
    elif name in LINKS | PICTURES:
        _check_address(tag, attribute, problems)
    elif name in ("srcset", "usemap") and not _plain_addresses(name, value):
        problems.add(attribute.start, f"`{name}` may only name {_MEANT[name]}. Remove it.")


def _plain_addresses(name: str, value: str) -> bool:
    if name == "usemap":
        return value.startswith("#")
    addresses = [part.split()[0] for part in decoded(value).split(",") if part.strip()]
    return all(url.startswith("https://") and MASK not in url and not unsafe(url) for url in addresses)


def check_css(css: str, place: int, problems: Problems) -> None:
    """Refuse in a style what loads something, runs something, or hides either."""
    if "\\" in css:
        problems.add(place + css.index("\\"), "A style must not hold a backslash: write the character itself.")
    if "<" in css:
        problems.add(place + css.index("<"), "A style must not hold `<`.")
    if match := _FETCHING.search(css):
        mend = "Use mj-image, background-url or mj-font instead."
        problems.add(place + match.start(), f"A style must not fetch or compute by `{match.group(1)}(`. {mend}")
    if match := _OLD_CODE.search(css):
        problems.add(place + match.start(), f"A style must not hold `{match.group()}`. Remove it.")
    for rule in _AT_RULE.finditer(css.lower()):
        if rule.group() not in _AT_RULES:
            mend = " Use mj-font for a font." if rule.group() in ("@import", "@font-face") else ""
            problems.add(place + rule.start(), f"A style must not hold `{rule.group()}`.{mend}")


def _check_address(tag: Tag, attribute: Attribute, problems: Problems) -> None:
    raw = attribute.value or ""
    url = decoded(raw).strip()
    if tag.name == "mj-font":
        reason = (
            ""
            if url.startswith("https://") and not unsafe(url)
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
