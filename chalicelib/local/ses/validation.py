"""Knows the documented rules for headers, tags, destinations and sizes of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.local.ses.addresses import plain
from chalicelib.local.ses.errors import bad_request
from chalicelib.local.ses.mail import FEEDBACK, Pairs

Fields = Mapping[str, object]

MAX_RECIPIENTS = 50  # https://docs.aws.amazon.com/ses/latest/dg/quotas.html
MAX_MESSAGE_BYTES = 40 * 1024 * 1024  # after base64; https://docs.aws.amazon.com/ses/latest/dg/quotas.html
MAX_HEADERS = 15  # https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Template.html
_HEADER_NAME = re.compile(
    r"[!-9;-~]{1,126}\Z"
)  # https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageHeader.html
_HEADER_VALUE = re.compile(r"[ -~]{1,995}\Z")
_TAG = re.compile(
    r"[A-Za-z0-9_-]{1,256}\Z"
)  # https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html
_REPEATABLE = ("x-", "received", "resent-")
# SES writes these itself from the fields of the request, and none may stand twice:
# https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
_OWN = {"from", "to", "cc", "bcc", "reply-to", "subject", "mime-version", "content-type", "content-transfer-encoding"}


def recipients(destination: object) -> list[str]:
    """The plain addresses of a Destination, To then Cc then Bcc.

    Raises:
        SesError: `BadRequestException` without a recipient, above 50, or for a malformed address.
    """
    given = (
        listed(destination, "ToAddresses") + listed(destination, "CcAddresses") + listed(destination, "BccAddresses")
    )
    if not given:
        raise bad_request("Missing destination: at least one To, Cc or Bcc address is required.")
    if len(given) > MAX_RECIPIENTS:
        raise bad_request(f"Recipient count exceeds {MAX_RECIPIENTS}.")
    return [plain(address) for address in given]


def headers(given: object) -> Pairs:
    """The custom headers of a message as pairs. Raises `BadRequestException` for one that SES does not take."""
    pairs = [_header(item) for item in listed({"Headers": given}, "Headers")]
    if len(pairs) > MAX_HEADERS:
        raise bad_request(f"Too many headers: {len(pairs)}, the limit is {MAX_HEADERS}.")
    single = [name.lower() for name, _ in pairs if not name.lower().startswith(_REPEATABLE)]
    for name in single:
        if name in _OWN or single.count(name) > 1:
            raise bad_request(f"Duplicate header '{name}'.")
    return pairs


def tags(given: object) -> Pairs:
    """The message tags as pairs. Raises `BadRequestException` for a name or value outside the documented letters."""
    pairs = []
    for item in listed({"Tags": given}, "Tags"):
        name, value = text_of(item, "Name"), text_of(item, "Value")
        for kind, word in (("name", name), ("value", value)):
            if not _TAG.match(word) and not (kind == "name" and word in FEEDBACK):
                raise bad_request(
                    f"Invalid tag {kind} <{word[:80]}>: only alphanumeric ASCII characters, '_' and '-' are allowed, "
                    "1 to 256 of them."
                )
        pairs.append((name, value))
    return pairs


def subject(value: str) -> str:
    """`value` when it can be a header line; a line break or another control character raises `BadRequestException`."""
    if any(ord(letter) < 32 or letter in "\x7f\u2028\u2029" for letter in value):
        raise bad_request("Subject contains control characters or line breaks.")
    return value


def message_size(octets: int) -> None:
    """Raise `BadRequestException` for a message above 40 MB (as counted after base64)."""
    if octets > MAX_MESSAGE_BYTES:
        raise bad_request(f"Message length is more than {MAX_MESSAGE_BYTES} bytes long: {octets}.")


def listed(value: object, name: str) -> list[object]:
    """The list in field `name` of `value`, empty when it is left out. Raises `BadRequestException` for another type."""
    found = fields(value).get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise bad_request(f"{name} must be a list.")
    return found


def fields(value: object) -> Fields:
    """`value` as a JSON object, empty when it is left out. Raises `BadRequestException` for another type."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request("The input is not a JSON object where one is expected.")
    return value


def text_of(value: object, name: str) -> str:
    """The string in field `name` of `value`, "" when it is left out. Raises `BadRequestException` for another type."""
    found = fields(value).get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise bad_request(f"{name} must be a string.")
    return found


def _header(item: object) -> tuple[str, str]:
    name, value = text_of(item, "Name"), text_of(item, "Value")
    if not _HEADER_NAME.match(name):
        raise bad_request(f"Invalid header name '{name[:80]}': 1 to 126 printable ASCII characters without ':'.")
    if not _HEADER_VALUE.match(value):
        raise bad_request(f"Invalid value of header '{name}': 1 to 995 printable ASCII characters.")
    if len(name) + len(value) > 996:
        raise bad_request(f"Header '{name}' is too long: name and value must not exceed 996 characters.")
    return name, value
