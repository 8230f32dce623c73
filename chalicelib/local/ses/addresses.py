"""Knows which addresses SES takes: ASCII local part, punycode domain, one address in each string."""

from __future__ import annotations

import re

from chalicelib.local.ses.errors import bad_request

SIMULATOR = "simulator.amazonses.com"
MAX_LENGTH = 320
_MAILBOX = re.compile(r'\s*(?:(?:"(?:[^"\\]|\\.)*"|[^",<>@;:]*?)\s*<([^<>]*)>|([^<>",;]*))\s*\Z')
_LOCAL = re.compile(r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+|\"[\x20\x21\x23-\x5b\x5d-\x7e]+\")\Z")
_DOMAIN = re.compile(
    r"(?=.{1,255}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\Z"
)


def plain(value: object) -> str:
    """The bare address in `value`, which may be `a@b` or `Name <a@b>`.

    SES has no SMTPUTF8: a local part outside ASCII is refused, a domain must be punycode, a display name outside
    ASCII must be an encoded word. https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html

    Raises:
        SesError: `BadRequestException` with the rule that is broken.
    """
    if not isinstance(value, str) or not value:
        raise bad_request("Missing email address.")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise bad_request("Email address contains control characters.")
    if not value.isascii():
        raise bad_request(
            "Email address contains non-ASCII characters: encode the domain with Punycode, names by RFC 2047."
        )
    found = _MAILBOX.match(value)
    if found is None:
        raise bad_request("Illegal address: one address in each string.")
    return _checked(found[1] if found[1] is not None else found[2].strip())


def is_simulated(address: str) -> bool:
    """True for an address of the mailbox simulator, which the daily quota does not count."""
    return address.lower().endswith(f"@{SIMULATOR}")


def _checked(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not at or not domain:
        raise bad_request("Missing final '@domain'")
    if len(address) > MAX_LENGTH or len(local) > 64:
        raise bad_request("Email address is too long: at most 64 characters before the @ and 320 in all.")
    if not _LOCAL.match(local):
        raise bad_request("Local address contains control or whitespace, or an illegal character")
    if not _DOMAIN.match(domain):
        raise bad_request("Domain contains illegal character")
    return address
