"""Knows the two sending operations: SendEmail, and SendBulkEmail with its outcome per entry."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.local.ses import content, faults, validation
from chalicelib.local.ses.account import Account
from chalicelib.local.ses.errors import SesError, bad_request
from chalicelib.local.ses.mail import Letter, Pairs
from chalicelib.local.ses.templates import Parts, checked_data, filled, replaced
from chalicelib.local.ses.validation import Fields, fields, listed, text_of

MAX_ENTRIES = 50  # https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-api.html
Result = dict[str, str]
# Which entry status an error of one entry becomes.
# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_BulkEmailEntryResult.html
_STATUS = {
    "BadRequestException": "INVALID_PARAMETER",
    "TooManyRequestsException": "ACCOUNT_THROTTLED",
    "LimitExceededException": "ACCOUNT_DAILY_QUOTA_EXCEEDED",
}


class _Bulk(NamedTuple):
    """What all entries of one bulk call have in common."""

    request: Fields
    template_name: str
    parts: Parts
    data: str
    headers: Pairs
    tags: Pairs


def send_email(account: Account, request: Fields, request_bytes: int) -> dict[str, object]:
    """SendEmail. Raises `SesError` when nothing was sent."""
    letter = content.letter(request, account.templates, request_bytes)
    account.admit(letter.configuration_set)
    return {"MessageId": account.accept(letter, "SendEmail")}


def send_bulk_email(account: Account, request: Fields, request_bytes: int) -> dict[str, object]:
    """SendBulkEmail: a result for each entry, in their order. Raises `SesError` when nothing was sent at all.

    When the rate leaves room for some entries, the others answer ACCOUNT_THROTTLED; when it leaves room for none,
    the whole call is refused.
    """
    entries = listed(request, "BulkEmailEntries")
    if not 1 <= len(entries) <= MAX_ENTRIES:
        raise bad_request(f"A bulk call takes 1 to {MAX_ENTRIES} entries, got {len(entries)}.")
    bulk = _common(account, request, request_bytes)
    for place, entry in enumerate(entries, 1):
        checked_data(_replacement(entry), f"bulkEmailEntries.{place}.member.replacementTemplateData")
    account.admit(text_of(request, "ConfigurationSetName"))
    results = [_entry(account, bulk, fields(entry)) for entry in entries]
    if all(result and result.get("Error") == "Maximum sending rate exceeded." for result in results):
        raise SesError("TooManyRequestsException", "Maximum sending rate exceeded.")
    return {"BulkEmailEntryResults": [result for result in results if result]}


def addresses(operation: str, request: Fields) -> list[str]:
    """Every address that a request names, unchecked, for the match of an ordered fault."""
    places = listed(request, "BulkEmailEntries") if operation == "SendBulkEmail" else [request]
    destinations = [fields(fields(place).get("Destination")) for place in places]
    given = [item for place in destinations for name in place for item in listed(place, name)]
    return [str(item).rpartition("<")[2].rstrip("> ") for item in given]


def _common(account: Account, request: Fields, request_bytes: int) -> _Bulk:
    template = fields(fields(request.get("DefaultContent")).get("Template"))
    name, parts = account.templates.find(template, request_bytes)
    content.sender(request)
    return _Bulk(
        request=request,
        template_name=name,
        parts=parts,
        data=checked_data(text_of(template, "TemplateData"), "defaultContent.template.templateData"),
        headers=validation.headers(template.get("Headers")),
        tags=validation.tags(request.get("DefaultEmailTags")),
    )


def _entry(account: Account, bulk: _Bulk, entry: Fields) -> Result:
    """The result of one entry; empty when a fault orders that it is missing from the answer."""
    named = addresses("SendEmail", entry)
    struck = account.faults.strike(faults.ENTRY, "SendBulkEmail", named)
    if struck and struck.name in faults.STATUSES:
        return {"Status": struck.name, "Error": struck.message or f"Ordered fault {struck.name}."}
    try:
        message_id = account.accept(_letter(bulk, entry), "SendBulkEmail")
    except SesError as error:
        if error.name not in _STATUS:
            raise
        return {"Status": _STATUS[error.name], "Error": str(error)}
    return {} if struck else {"Status": "SUCCESS", "MessageId": message_id}


def _letter(bulk: _Bulk, entry: Fields) -> Letter:
    destination = entry.get("Destination")
    rendered = filled(bulk.template_name, bulk.parts, bulk.data, _replacement(entry))
    subject, html, text = rendered.parts
    own = validation.headers(entry.get("ReplacementHeaders"))
    return Letter(
        sender=content.sender(bulk.request),
        recipients=validation.recipients(destination),
        subject=subject,
        html=html,
        text=text,
        headers=content.written_headers(bulk.request, destination, subject) + replaced(bulk.headers, own, fold=True),
        tags=replaced(bulk.tags, validation.tags(entry.get("ReplacementTags")), fold=False),
        configuration_set=text_of(bulk.request, "ConfigurationSetName"),
        template_name=bulk.template_name,
        rendering_error=rendered.error,
    )


def _replacement(entry: object) -> str:
    replacement = fields(fields(fields(entry).get("ReplacementEmailContent")).get("ReplacementTemplate"))
    return text_of(replacement, "ReplacementTemplateData")
