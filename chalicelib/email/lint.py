"""What a template lacks before it may be launched, and what mail programs would spoil. docs/lint.md has each rule."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from re import IGNORECASE, escape
from re import compile as regex
from typing import TypeVar

from chalicelib.domain.templates import CompiledTemplate, TemplateWarning
from chalicelib.email.contrast import faint_texts
from chalicelib.email.entities import decoded
from chalicelib.email.jinja_tokens import MASK, Hiding
from chalicelib.email.lint_foreign import icon_findings, tag_findings
from chalicelib.email.lint_markup import Finding, markup_findings
from chalicelib.email.lint_words import word_findings
from chalicelib.email.outline import Outline
from chalicelib.email.template_values import Findings

MAX_HTML = 102 * 1024  # bytes; Gmail shows no more: https://github.com/hteumeuleu/email-bugs/issues/41
MOST_OF_A_RULE = 10  # findings; more would only repeat
_Found = TypeVar("_Found")
_COLOURED = regex(r"background-color|bgcolor|background\s*:")
_ABSOLUTE = ("https://", "http://", "mailto:", "tel:", "sms:", MASK)


def lint(
    outline: Outline, masked: str, findings: Findings, subject: str, where: Callable[[int], str]
) -> list[TemplateWarning]:
    """Warnings about the source: about the whole, then about each link, then about its markup, each in its order."""
    ignored = (
        ("attribute", place, f"<{tag}> does nothing with `{name}`. Remove it.") for place, tag, name in outline.ignored
    )
    slips = (("lost", place, "MJML shows nothing of this text. Remove it.") for place in outline.slips)
    found = chain(_about_links(outline), ignored, slips, tag_findings(masked), markup_findings(masked))
    placed = [
        TemplateWarning(rule=rule, where=where(place), message=message)
        for rule, place, message in _few(found, lambda finding: finding[0])
    ]
    return [*_about_the_whole(findings, subject), *placed]


def lint_compiled(
    template: CompiledTemplate, compiled: str, hiding: Hiding, source: str, where: Callable[[int], str]
) -> list[TemplateWarning]:
    """Warnings about what became of it: its words, colours and dark mode. A place is found by the words there."""

    def spot(words: str) -> str:
        whole = regex(rf"(?<!\w){escape(words)}(?!\w)", IGNORECASE).search(source) if words else None
        place = whole.start() if whole else source.lower().find(words.lower()) if words else -1
        return where(place) if place >= 0 else ""

    warnings = [
        TemplateWarning(rule=rule, where=spot(words), message=message)
        for rule, words, message in word_findings(template)
    ]
    warnings += [
        TemplateWarning(rule=rule, where=where(place), message=message)
        for rule, place, message in icon_findings(compiled, source)
    ]
    for faint in faint_texts(compiled, hiding):
        message = (
            f"{faint.colour} on {faint.background} is hard to read: a contrast of {faint.ratio:.1f}, where"
            f" {faint.least:g} is enough."
        )
        warnings.append(TemplateWarning(rule="contrast", where=spot(faint.text), message=message))
    if "color-scheme" not in compiled and _COLOURED.search(source):
        message = (
            "This mail has areas of its own colour, and nothing says how it looks in the dark."
            ' Add <meta name="color-scheme" content="light dark">.'
        )
        warnings.append(_whole("dark-mode", message))
    return _few(warnings, lambda warning: warning.rule)


def _few(found: Iterable[_Found], rule_of: Callable[[_Found], str]) -> list[_Found]:
    """The first of each rule. Before a place is looked up: that takes a walk through the source."""
    counts: Counter[str] = Counter()
    kept = []
    for one in found:
        rule = rule_of(one)
        counts[rule] += 1
        if counts[rule] <= MOST_OF_A_RULE:
            kept.append(one)
    return kept


def _about_the_whole(findings: Findings, subject: str) -> list[TemplateWarning]:
    read = findings.variables
    warnings = []
    if not subject:
        warnings.append(_whole("subject", "There is no subject. Add <mj-title>, or `subject=` to the upload."))
    if "unsubscribe_url" not in read:
        warnings.append(_whole("unsubscribe", 'There is no unsubscribe link. Add <a href="{{ unsubscribe_url }}">.'))
    if not read & {"postal_address", "shop.postal_address"}:
        warnings.append(_whole("postal-address", "There is no postal address. Add {{ postal_address }} to the footer."))
    return warnings


def _whole(rule: str, message: str) -> TemplateWarning:
    return TemplateWarning(rule=rule, where="", message=message)


def _about_links(outline: Outline) -> Iterator[Finding]:
    for place, value in outline.links:
        address = decoded(value).strip()
        if address in ("", "#"):
            yield "link", place, "This link leads nowhere. Give it an address, or remove it."
        elif not address.lower().startswith((*_ABSOLUTE, "#")):
            yield "link", place, "This link is relative; in a mail it leads nowhere. Begin it with https://."


def too_large(size: int) -> list[TemplateWarning]:
    """The warning for a mail that Gmail would cut."""
    if size <= MAX_HTML:
        return []
    message = f"A sample mail has {size:,} bytes of HTML; Gmail cuts after {MAX_HTML:,}. Make it shorter."
    return [_whole("size", message)]
