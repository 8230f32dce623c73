"""Knows the two shapes of a mail: the letter that a request asks for, and the mail kept per recipient."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import TypedDict

Pairs = list[tuple[str, str]]
# Tags of which SES makes parts of the header Feedback-ID; no other name of a tag has a colon.
FEEDBACK = ("ses:feedback-id-a", "ses:feedback-id-b")

# `id` is the message id of SES for the first recipient and `<message id>.2`, `.3`... for further ones.
# `status`: delivered, bounced, suppressed, complained, rejected, delayed, auto_replied.
Mail = TypedDict(
    "Mail",
    {
        "id": str,
        "message_id": str,
        "to": str,
        "from": str,
        "subject": str,
        "sent_at": str,
        "headers": dict[str, str],
        "tags": dict[str, str],
        "html": str,
        "text": str,
        "configuration_set": str,
        "status": str,
    },
)


@dataclass(slots=True, kw_only=True)
class Letter:
    """One message, valid and rendered, for one or more recipients. Addresses in `recipients` are plain."""

    sender: str  # as given, with its display name
    recipients: list[str]
    subject: str
    html: str = ""
    text: str = ""
    headers: Pairs = field(default_factory=list)  # those of the sender and those that SES adds
    tags: Pairs = field(default_factory=list)
    attachments: list[bytes] = field(default_factory=list)  # scanned, not kept
    configuration_set: str = ""
    template_name: str = ""
    rendering_error: str = ""  # not empty: SES accepts the message, says why it cannot be rendered, sends nothing

    def _feedback_id(self) -> str:
        """The header that SES adds to every mail, in place of one of the sender's: two parts of it are the sender's."""
        parts = dict(self.tags)
        own = [parts.get(name, "") for name in FEEDBACK]
        return ":".join([*own, "1.local.stand-in", "AmazonSES"])

    def mails(self, message_id: str, sent_at: str) -> list[Mail]:
        """One mail for each recipient, all marked as delivered."""
        headers: dict[str, str] = {}
        for name, value in self.headers:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        headers["Feedback-ID"] = self._feedback_id()
        return [
            {
                "id": message_id if place == 1 else f"{message_id}.{place}",
                "message_id": message_id,
                "to": address,
                "from": decoded(self.sender),
                "subject": self.subject,
                "sent_at": sent_at,
                "headers": headers,
                "tags": dict(self.tags),
                "html": self.html,
                "text": self.text,
                "configuration_set": self.configuration_set,
                "status": "delivered",
            }
            for place, address in enumerate(self.recipients, 1)
        ]


def decoded(value: str) -> str:
    """A header value with its RFC 2047 encoded words made readable."""
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeDecodeError):
        return value
