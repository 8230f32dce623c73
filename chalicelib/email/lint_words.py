"""What the words of a template promise or lack: links that say nothing, claims without data, bare greetings."""

from collections.abc import Iterator
from re import IGNORECASE
from re import compile as regex

from chalicelib.domain.templates import CompiledTemplate

Finding = tuple[str, str, str]  # rule, the words to look for in the source, message

LEAST_WORDS = 30  # of a mail with pictures, its footer with it: fewer, and without the pictures nothing is left
_JINJA = regex(r"\{\{.*?\}\}|\{%.*?%\}")
_VALUE = regex(r"\{\{(?! '\{' \}\})")
_LINK = regex(r": (?:\{\{ link\(|\{% filter tracked)")
_BEFORE_LINK = regex(r"[^\n.!?|·]*\Z")
_LONGEST_EMPTY = 60  # characters before a link in which its label is looked for
_URL = regex(r"https?://\S+")
_WORD = regex(r"[^\W\d_]{2,}")
_SENTENCE = regex(r"[^.!?\n]+[.!?]*")
_EMPTY_WORDS = frozenset(
    {"click here", "here", "click", "this link", "link", "read more", "more", "learn more"}
    | {"hier", "hier klicken", "klicken sie hier", "mehr", "mehr erfahren", "weiterlesen"}
)
_GREETING = regex(
    r"happy birthday|your birthday|congratulations|anniversary|geburtstag|jubiläum|herzlichen glückwunsch", IGNORECASE
)
_CLAIM = regex(
    r"\bonly \d+ (?:left|remaining)|\b\d+ left\b|\blast chance\b|\bends (?:today|tonight|tomorrow|soon|in \d+)"
    r"|\bwhile stocks? lasts?\b|\balmost (?:gone|sold out)|\blimited stock|\b\d+ (?:hours|days) (?:left|only)"
    r"|\btoday only\b|\bonly today\b|\bnur noch \d+|\bnur heute\b|\bendet (?:heute|morgen|bald|in \d+)"
    r"|\bletzte chance\b|\bsolange (?:der )?vorrat|\bfast (?:weg|ausverkauft)",
    IGNORECASE,
)
_SPAM = regex(
    r"\b(?:100% free|act now|buy now!|cash bonus|click below|double your|earn \$|free money|guaranteed winner"
    r"|no obligation|risk[- ]free|winner!|you have won|gratis!!|sie haben gewonnen)|!{3,}|\${3,}|€{3,}",
    IGNORECASE,
)


def word_findings(template: CompiledTemplate) -> Iterator[Finding]:
    """Findings about the text part and the subject, as a person would read them."""
    plain = _URL.sub("", _JINJA.sub(" ", template.text))
    if "<img" in template.html and len(_WORD.findall(plain)) < LEAST_WORDS:
        message = f"Without its pictures this mail has fewer than {LEAST_WORDS} words. Say in text what it is about."
        yield "pictures-only", "", message
    yield from _links(template.text)
    yield from _greeting(template, plain)
    yield from _claims(f"{template.subject}\n{template.text}")
    for found in dict.fromkeys(match.group() for match in _SPAM.finditer(f"{template.subject}\n{plain}")):
        yield "spam-words", found, f"{found!r} reads like spam to people, and to some filters. Say it plainly."
    letters = _JINJA.sub("", template.subject)
    if len(letters) > 12 and letters.isupper():
        yield "spam-words", "", "The subject is all capitals, which reads like shouting."


def _links(text: str) -> Iterator[Finding]:
    for match in _LINK.finditer(text):
        before = _BEFORE_LINK.search(text[max(0, match.start() - _LONGEST_EMPTY) : match.start()])
        label = _JINJA.sub("", before.group()).strip(" >»→") if before else ""
        if label.lower() in _EMPTY_WORDS:
            message = f"The link {label!r} says nothing by itself, to screen readers above all. Name where it leads."
            yield "link-text", label, message


def _greeting(template: CompiledTemplate, plain: str) -> Iterator[Finding]:
    named = template.name in ("birthday", "anniversary") or _GREETING.search(_JINJA.sub("", template.subject) + plain)
    personal = any(name in ("customer.birthday", "customer.years") for name in template.variables)
    if (named or personal) and not any(name.split(".")[0] in ("offer", "voucher") for name in template.variables):
        message = "A greeting alone loses money. Add an offer: {% if offer %}{{ offer.words }}{% endif %}."
        yield "greeting", "", message


def _claims(text: str) -> Iterator[Finding]:
    for sentence in _SENTENCE.findall(text):
        match = _CLAIM.search(_JINJA.sub(" ", sentence))
        if match and not _VALUE.search(sentence):
            message = f"{match.group()!r} is the same for everyone and for ever. Let live data say it, or leave it out."
            yield "claim", match.group(), message
