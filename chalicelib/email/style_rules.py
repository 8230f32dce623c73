"""Which CSS a mail may hold: a picture or a font from a fixed https address, nothing that asks about the reader.

How CSS reads escapes, comments and strings: https://www.w3.org/TR/css-syntax-3/#tokenization
"""

from collections.abc import Iterator, Sequence
from re import Match
from re import compile as regex
from urllib.parse import urlsplit

from chalicelib.domain.urls import unsafe
from chalicelib.email.author_source import Problems
from chalicelib.email.entities import decoded_with_places
from chalicelib.email.jinja_tokens import MASK, Token
from chalicelib.email.style_joints import torn_words

# Their style sheets hold fonts and nothing else. Any other sheet could say anything, and something else tomorrow.
FONT_HOSTS = frozenset(
    {"fonts.googleapis.com", "fonts.bunny.net", "use.typekit.net", "fast.fonts.net", "cloud.typography.com"}
)
_STRING = r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
# What is passed over as a whole, so that a `/*` inside of it opens no comment.
_WHOLE = regex(rf"\\.|{_STRING}|(?i:url)\(\s*[^\s\"'()\\]*\s*\)|/\*.*?(?:\*/|\Z)", 16)  # 16: re.DOTALL
_ESCAPE = regex(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n\f]?|(\n)|(.))", 16)
_STEP = regex(rf"(?<![\w-])url\(\s*(?P<value>{_STRING}|[^()'\"]*)\s*\)|{_STRING}|[{{}};]", 2 | 16)
_IMPORT = regex(rf"@import(?![\w-])\s*(?:url\(\s*)?(?P<value>{_STRING}|[^);\s]*)\s*\)?(?P<media>[^;{{}}]*);?", 2)
_COMPUTING = regex(r"(?<![\w-])(url|src|image|image-set|-webkit-image-set|cross-fade|element|paint|expression)\s*\(", 2)
_OLD_CODE = regex(r"(behavior|-moz-binding)\s*:|javascript\s*:", 2)
# What every drawing for Outlook begins with, in a style that only Outlook reads.
VML_BEHAVIOUR = regex(r"behavior\s*:\s*url\(\s*(['\"]?)#default#VML\1\s*\)", 2)
_QUOTES = "'\""
_ENTITIES = frozenset("\"'&>\u00a0")  # signs that may be written as one in the value of a `style`


def check_css(css: str, place: int, tokens: Sequence[Token], problems: Problems) -> None:
    """Refuse in a style sheet what runs something, hides something, or loads by what it finds in the mail.

    Args:
        css: what stands between `<style>` and `</style>`, its Jinja masked.
        place: where it begins in the source.
        tokens: the Jinja tags inside, in order.
        problems: where to tell.
    """
    _check(css, range(place, place + len(css) + 1), problems)
    _check_words(css, place, tokens, problems)


def check_style_attribute(value: str, place: int, tokens: Sequence[Token], problems: Problems) -> None:
    """The same for the value of a `style`, in which entities may stand for signs."""
    css, offsets = decoded_with_places(value)
    for sign, offset in zip(css, offsets, strict=False):
        if value[offset] == "&" and sign not in _ENTITIES:
            problems.add(place + offset, f"A style must not hold an entity: write `{sign}` itself.")
    _check(css, [place + offset for offset in offsets], problems)
    _check_words(value, place, tokens, problems)


def _check_words(css: str, place: int, tokens: Sequence[Token], problems: Problems) -> None:
    for at in torn_words(css, place, tokens) if tokens else ():
        problems.add(at, "Jinja must not cut a word of a style in two. Write the whole word in each branch.")


def _check(css: str, places: Sequence[int], problems: Problems) -> None:
    shown = _without_comments(css)
    if "<" in shown:
        problems.add(places[shown.index("<")], "A style must not hold `<`. For a width write (max-width: 600px).")
    plain, offsets = _unescaped(shown)
    at = [places[offset] for offset in offsets]
    plain = _checked_imports(plain, at, problems)
    plain = _checked_addresses(plain, at, problems)
    for match in _COMPUTING.finditer(plain):
        problems.add(at[match.start()], f"A style must not fetch or compute by `{match.group(1)}(`. Remove it.")
    for match in _OLD_CODE.finditer(plain):
        problems.add(at[match.start()], f"A style must not hold `{match.group()}`. Remove it.")


def font_sheet(url: str) -> bool:
    """Whether this is the style sheet of a font service, by a fixed address."""
    return (
        url.startswith(("https://", "http://"))
        and MASK not in url
        and not unsafe(url)
        and urlsplit(url).hostname in FONT_HOSTS
    )


def _without_comments(css: str) -> str:
    """The style with its comments, and the `<!--` and `<![CDATA[` of old, as spaces. Its length stays.

    With Jinja in it nothing is passed over: a quote or the sign that opens a comment may stand in one branch only.
    """
    text = css
    if MASK not in css:
        text = _WHOLE.sub(lambda match: _blank(match) if match.group().startswith("/*") else match.group(), css)
    for sign in ("<!--", "-->", "<![CDATA[", "]]>"):
        text = text.replace(sign, " " * len(sign))
    return text


def _blank(match: Match[str]) -> str:
    return " " * len(match.group())


def _unescaped(css: str) -> tuple[str, list[int]]:
    """The style as a mail program understands it, and where each of its characters was; one more for the end."""
    if "\\" not in css:
        return css, list(range(len(css) + 1))
    signs: list[str] = []
    offsets: list[int] = []
    done = 0
    for match in _ESCAPE.finditer(css):
        signs += css[done : match.start()]
        offsets += range(done, match.start())
        if not match.group(2):
            signs.append(_sign(int(match.group(1), 16)) if match.group(1) else match.group(3))
            offsets.append(match.start())
        done = match.end()
    return "".join([*signs, css[done:]]), [*offsets, *range(done, len(css) + 1)]


def _sign(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 else "\ufffd"


def _checked_imports(css: str, at: Sequence[int], problems: Problems) -> str:
    """`@import` may only bring fonts. What was looked at becomes space."""
    for match in _IMPORT.finditer(css):
        if not font_sheet(match.group("value").strip(_QUOTES)) or "url" in match.group("media").lower():
            mend = "Use mj-font, or a `<link>` to a font service such as fonts.googleapis.com."
            problems.add(at[match.start()], f"A style must not hold `@import`. {mend}")
    return _IMPORT.sub(_blank, css)


def _checked_addresses(css: str, at: Sequence[int], problems: Problems) -> str:
    """`url()` may name a picture or a font at https, where no selector makes it tell what the mail holds."""
    parts, done = [], 0
    for match, asking in _addresses(css):
        if reason := _wrong_address(match.group("value").strip(_QUOTES).strip()):
            problems.add(at[match.start()], reason)
        elif asking:
            message = f"A rule that asks for a state or an attribute (`{asking}`) must not load anything by `url(`."
            problems.add(at[match.start()], f"{message} Put the picture into a rule for a class.")
        parts += [css[done : match.start()], _blank(match)]
        done = match.end()
    return "".join([*parts, css[done:]])


def _addresses(css: str) -> Iterator[tuple[Match[str], str]]:
    """Each `url()`, with the selector around it that asks for more than tags, classes and ids; empty without one."""
    rules: list[str] = []
    start = 0
    for match in _STEP.finditer(css):
        if match.group("value") is not None:
            yield match, next((rule for rule in rules if rule), "")
        elif (sign := match.group()) in "{};":
            if sign == "{":
                rules.append(_asking(css[start : match.start()].strip()))
            elif sign == "}" and rules:
                rules.pop()
            start = match.end()


def _asking(prelude: str) -> str:
    asks = not prelude.startswith("@") and ("[" in prelude or ":" in prelude)
    return prelude.replace(MASK, "")[:40] if asks else ""


def _wrong_address(url: str) -> str:
    if not url.strip(MASK):
        return "" if url else "`url()` names no address."  # a value is looked at when the mail is made
    if url.startswith(MASK):
        return "Write the whole `url(...)` in each branch, with an address that begins with https://."
    if not url.startswith(("https://", "http://")):
        return f"`url()` in a style needs a whole address that begins with https://, not {url[:40]!r}."
    if MASK in url:
        host, _, rest = url.partition("//")[2].partition("/")
        return "" if rest and MASK not in host else "The host of an address in `url()` must be written out."
    return f"The address {unsafe(url)}." if unsafe(url) else ""
