"""What a template brings along from elsewhere: pictures that MJML fetches from others, tags of other mail programs."""

from collections.abc import Iterator
from re import compile as regex

from chalicelib.email.jinja_tokens import MASK

Finding = tuple[str, int, str]  # rule, place, message

# The pictures that MJML puts in by itself, where they come from, and what takes their place.
_ICONS = (
    ("https://www.mailjet.com/images/", "<mj-social-element", "`src` of each mj-social-element"),
    ("https://i.imgur.com/bIXv1bk", "<mj-accordion", "`icon-wrapped-url` and `icon-unwrapped-url` of mj-accordion"),
    ("https://i.imgur.com/w4uTygT", "<mj-accordion", "`icon-wrapped-url` and `icon-unwrapped-url` of mj-accordion"),
    ("https://i.imgur.com/xTh3hln", "<mj-carousel", "`left-icon` and `right-icon` of mj-carousel"),
    ("https://i.imgur.com/os7o9kz", "<mj-carousel", "`left-icon` and `right-icon` of mj-carousel"),
)
# Mailchimp, Mailjet, Marketing Cloud, ERB and EJS, Mailgun, SendGrid, and single braces of many.
_TAG = regex(
    r"\*\|[A-Z_:]{2,40}\|\*|\[\[[\w: ]{2,40}\]\]|%%[\w=()]{2,40}%%|<%[=-]?[^%<>]{1,60}%>|&lt;%[=-]?[^%]{1,60}%&gt;"
    r"|%recipient\.\w{1,40}%|\[%[\w|: .-]{2,40}%\]"
)
_BRACES = regex(r"(?<![{\w$])\{\$?[a-z][a-zA-Z_.]{2,40}\}(?!\})")


def icon_findings(compiled: str, source: str) -> Iterator[Finding]:
    """Pictures from another company's server that the author never named: it sees who opens the mail, and may move."""
    told = set()
    for prefix, element, mend in _ICONS:
        if prefix in compiled and prefix not in source and mend not in told:
            told.add(mend)
            host = prefix.split("/")[2]
            message = f"MJML's own icons are loaded from {host}, which then sees every opening. Give {mend}."
            yield "foreign-picture", max(0, source.find(element)), message


def tag_findings(text: str) -> Iterator[Finding]:
    """Tags that another mail program would fill in; here everybody reads them as they stand."""
    shown = _without_styles(text)
    for pattern in (_TAG, _BRACES):
        for match in pattern.finditer(shown):
            if MASK not in match.group():
                message = f"`{match.group()}` is a tag of another program and would be shown as it stands."
                yield "foreign-tag", match.start(), f"{message} Write {{{{ customer.first_name }}}} and the like."


def _without_styles(text: str) -> str:
    return _STYLE.sub(lambda match: " " * len(match.group()), text)


_STYLE = regex(r"<(mj-)?style\b.*?</(mj-)?style\s*>|<!--.*?-->", 16 | 2)  # 16: re.DOTALL, 2: re.IGNORECASE
