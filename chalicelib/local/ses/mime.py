"""Knows how to read a raw MIME message into a letter, with the X-SES headers that steer the sending."""

from __future__ import annotations

import base64
import binascii
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTPUTF8
from email.utils import getaddresses

from chalicelib.local.ses import validation
from chalicelib.local.ses.errors import bad_request
from chalicelib.local.ses.mail import Letter, Pairs, decoded


def letter(data: str) -> Letter:
    """The letter in `data`, a base64 MIME message; recipients, tags and configuration set as its headers give them.

    Source: https://docs.aws.amazon.com/ses/latest/dg/send-email-raw.html

    Raises:
        SesError: `BadRequestException` for bad base64, above 40 MB, or no header section.
    """
    validation.message_size(len(data))
    message = _parsed(data)
    steering = {name.lower(): str(value) for name, value in message.items() if name.lower().startswith("x-ses-")}
    headers = [(name, str(value)) for name, value in message.items() if name.lower() not in steering]
    return Letter(
        sender=str(message.get("From", "")),
        recipients=[address for _, address in getaddresses(_all(message, "To", "Cc", "Bcc")) if address],
        subject=decoded(str(message.get("Subject", ""))),
        html=_body(message, "html"),
        text=_body(message, "plain"),
        attachments=[_payload(part) for part in message.iter_attachments()],
        headers=[pair for pair in headers if pair[0].lower() != "bcc"],
        tags=_tags(steering.get("x-ses-message-tags", "")),
        configuration_set=steering.get("x-ses-configuration-set", "").strip(),
    )


def unpacked(data: str, where: str) -> bytes:
    """The bytes of base64 `data`. Raises `BadRequestException` naming `where` it stands."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise bad_request(f"{where} is not base64.") from None


def _parsed(data: str) -> EmailMessage:
    message = message_from_bytes(unpacked(data, "Raw.Data"), policy=SMTPUTF8)
    if not message.items():
        raise bad_request("The raw message has no header section.")
    if not isinstance(message, EmailMessage):
        raise TypeError(f"the policy made a {type(message).__name__}")
    return message


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # a charset that Python does not know
        return _payload(part).decode("latin-1")


def _tags(written: str) -> Pairs:
    pairs = [item.strip().partition("=") for item in written.split(",") if item.strip()]
    return validation.tags([{"Name": name.strip(), "Value": value.strip()} for name, _, value in pairs])


def _all(message: EmailMessage, *names: str) -> list[str]:
    return [str(value) for name in names for value in message.get_all(name, [])]
