"""How SES's events name our send, and Gmail's figures its campaign: the tags that each mail carries.

A tag's value holds ASCII letters, digits, underscores and dashes only, 256 at most; ids hold dots and more.
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple

_NO_TAG = re.compile(r"[^A-Za-z0-9_-]", re.ASCII)
_LONGEST_PART = 64
_NAMES = ("message", "batch", "person")


class NamedSend(NamedTuple):
    """One send: message, batch and customer id."""

    message_id: str
    batch_id: str
    customer_id: str


def send_tags(message_id: str, batch_id: str, customer_id: str) -> dict[str, str]:
    """The tags of one mail; every id is written in letters that a tag may hold."""
    return dict(zip(_NAMES, map(_to_tag, (message_id, batch_id, customer_id)), strict=True))


def feedback_tags(name: str, topic: str) -> dict[str, str]:
    """The tags of which SES makes the first two parts of `Feedback-ID`: campaign (or flow) and topic, never a person.

    Gmail reports spam by each part, to whoever signs the mail, in Postmaster Tools; identifiers of single mails are
    against its rules. SES writes the header itself, as a:b:its own part:AmazonSES, and takes these two from us.
    https://support.google.com/mail/answer/6254652
    https://aws.amazon.com/blogs/messaging-and-targeting/understanding-google-postmaster-tools-spam-complaints-for-amazon-ses-email-senders
    """
    parts = {"ses:feedback-id-a": name, "ses:feedback-id-b": topic}
    return {tag: _NO_TAG.sub("-", value)[:_LONGEST_PART] for tag, value in parts.items() if value}


def read_tags(tags: Mapping[str, Any]) -> NamedSend | None:
    """The send that the tags of an event name, each with a list of values; None: a mail that is not ours.

    Raises:
        ValueError: tags of these names hold what `send_tags` never wrote.
    """
    values = [tags.get(name) for name in _NAMES]
    if not all(values):
        return None
    return NamedSend(*[_from_tag(value) for value in values])


def _to_tag(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _from_tag(values: Any) -> str:
    if not isinstance(values, list) or not isinstance(values[0], str):
        raise ValueError("a tag of SES's is a list of texts")
    return urlsafe_b64decode(values[0] + "=" * (-len(values[0]) % 4)).decode()
