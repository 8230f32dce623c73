"""What a template lacks before it may be launched, and what mail programs would spoil."""

from collections.abc import Callable

from chalicelib.domain.templates import TemplateWarning
from chalicelib.email.entities import decoded
from chalicelib.email.jinja_tokens import MASK
from chalicelib.email.outline import Outline
from chalicelib.email.template_values import Findings

MAX_HTML = 102 * 1024  # bytes; Gmail shows no more: https://github.com/hteumeuleu/email-bugs/issues/41
_ABSOLUTE = ("https://", "http://", "mailto:", "tel:", "sms:", MASK)


def lint(outline: Outline, findings: Findings, subject: str, where: Callable[[int], str]) -> list[TemplateWarning]:
    """Warnings about the whole, then about each link, in the order of the source."""
    ignored = [
        TemplateWarning(rule="attribute", where=where(place), message=f"<{tag}> does nothing with `{name}`. Remove it.")
        for place, tag, name in outline.ignored
    ]
    return [*_about_the_whole(findings, subject), *_about_links(outline, where), *ignored]


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


def _about_links(outline: Outline, where: Callable[[int], str]) -> list[TemplateWarning]:
    warnings = []
    for place, value in outline.links:
        address = decoded(value).strip()
        if address in ("", "#"):
            message = "This link leads nowhere. Give it an address, or remove it."
        elif not address.lower().startswith((*_ABSOLUTE, "#")):
            message = "This link is relative; in a mail it leads nowhere. Begin it with https://."
        else:
            continue
        warnings.append(TemplateWarning(rule="link", where=where(place), message=message))
    return warnings


def too_large(size: int) -> list[TemplateWarning]:
    """The warning for a mail that Gmail would cut."""
    if size <= MAX_HTML:
        return []
    message = f"A sample mail has {size:,} bytes of HTML; Gmail cuts after {MAX_HTML:,}. Make it shorter."
    return [_whole("size", message)]
