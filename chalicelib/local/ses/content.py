"""Knows how a SendEmail request becomes a letter: simple, raw or from a template."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.local.ses import mime, validation
from chalicelib.local.ses.addresses import plain
from chalicelib.local.ses.errors import bad_request
from chalicelib.local.ses.mail import Letter, Pairs
from chalicelib.local.ses.templates import Templates, checked_data, filled
from chalicelib.local.ses.validation import Fields, fields, listed, text_of


def letter(request: Fields, templates: Templates, request_bytes: int) -> Letter:
    """The letter that a SendEmail request asks for. Raises `SesError` for what SES refuses."""
    kinds: dict[str, Callable[[], Letter]] = {
        "Simple": lambda: _simple(request),
        "Raw": lambda: _raw(request),
        "Template": lambda: _from_template(request, templates, request_bytes),
    }
    given = [kind for kind in kinds if fields(request.get("Content")).get(kind) is not None]
    if len(given) != 1:
        raise bad_request("Content must be exactly one of Simple, Raw or Template.")
    return kinds[given[0]]()


def sender(request: Fields) -> str:
    """The From address as given, valid. Raises `BadRequestException` without one."""
    address = text_of(request, "FromEmailAddress")
    if not address:
        raise bad_request("Missing required header 'From'.")
    plain(address)
    return address


def written_headers(request: Fields, destination: object, subject: str) -> Pairs:
    """The headers that SES writes from the fields of the request. Bcc never shows."""
    lines = [("From", sender(request))]
    for name, field in (("To", "ToAddresses"), ("Cc", "CcAddresses")):
        if addresses := listed(destination, field):
            lines.append((name, ", ".join(map(str, addresses))))
    if reply_to := listed(request, "ReplyToAddresses"):
        for address in reply_to:
            plain(address)
        lines.append(("Reply-To", ", ".join(map(str, reply_to))))
    return [*lines, ("Subject", subject), ("MIME-Version", "1.0")]


def _simple(request: Fields) -> Letter:
    message = fields(fields(request.get("Content")).get("Simple"))
    body = fields(message.get("Body"))
    if message.get("Subject") is None or not (body.get("Html") or body.get("Text")):
        raise bad_request("A simple message needs a Subject, and Html or Text in its Body.")
    html, text = _encoded(body.get("Html")), _encoded(body.get("Text"))
    attachments = [_attached(item) for item in listed(message, "Attachments")]
    # Attachments grow by a third: the limit counts base64.
    validation.message_size(len(html.encode()) + len(text.encode()) + sum(map(len, attachments)) * 4 // 3)
    subject = validation.subject(_encoded(message["Subject"]))
    return Letter(
        sender=sender(request),
        recipients=validation.recipients(request.get("Destination")),
        subject=subject,
        html=html,
        text=text,
        headers=written_headers(request, request.get("Destination"), subject)
        + validation.headers(message.get("Headers")),
        tags=validation.tags(request.get("EmailTags")),
        configuration_set=text_of(request, "ConfigurationSetName"),
        attachments=attachments,
    )


def _attached(item: object) -> bytes:
    if not text_of(item, "FileName"):
        raise bad_request("An attachment needs a FileName.")
    return mime.unpacked(text_of(item, "RawContent"), "Attachment.RawContent")


def _raw(request: Fields) -> Letter:
    raw = mime.letter(text_of(fields(fields(request.get("Content")).get("Raw")), "Data"))
    destination = request.get("Destination") or {"ToAddresses": raw.recipients}
    raw.recipients = validation.recipients(destination)
    raw.sender = sender({"FromEmailAddress": text_of(request, "FromEmailAddress") or raw.sender})
    raw.tags = validation.tags(request.get("EmailTags")) or raw.tags
    raw.configuration_set = text_of(request, "ConfigurationSetName") or raw.configuration_set
    return raw


def _from_template(request: Fields, templates: Templates, request_bytes: int) -> Letter:
    template = fields(fields(request.get("Content")).get("Template"))
    name, parts = templates.find(template, request_bytes)
    rendered = filled(name, parts, checked_data(text_of(template, "TemplateData"), "templateData"))
    destination = request.get("Destination")
    return Letter(
        sender=sender(request),
        recipients=validation.recipients(destination),
        subject=rendered.parts.subject,
        html=rendered.parts.html,
        text=rendered.parts.text,
        headers=written_headers(request, destination, rendered.parts.subject)
        + validation.headers(template.get("Headers")),
        tags=validation.tags(request.get("EmailTags")),
        configuration_set=text_of(request, "ConfigurationSetName"),
        template_name=name,
        rendering_error=rendered.error,
    )


def _encoded(content: object) -> str:
    """The text as the recipient gets it: without a charset SES sends 7-bit ASCII, so other letters are lost.

    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Content.html
    """
    data, charset = text_of(content, "Data"), text_of(content, "Charset") or "ascii"
    try:
        return data.encode(charset, "replace").decode(charset)
    except LookupError:
        raise bad_request(f"Unknown charset {charset!r}.") from None
