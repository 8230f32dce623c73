"""Knows the JSON of the events that SES publishes, and which event type of a destination each one is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chalicelib.local.ses.mail import Letter

# Shapes and words:
# https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
# https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
Event = dict[str, object]
ACCOUNT_ID, REGION = "000000000000", "us-east-1"
# Event type of a destination (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventDestination.html):
# `eventType` of the record, name of its detail object. CLICK is left out on purpose: clicks are counted elsewhere.
EVENT_TYPES: dict[str, tuple[str, str]] = {
    "SEND": ("Send", "send"),
    "DELIVERY": ("Delivery", "delivery"),
    "BOUNCE": ("Bounce", "bounce"),
    "COMPLAINT": ("Complaint", "complaint"),
    "REJECT": ("Reject", "reject"),
    "OPEN": ("Open", "open"),
    "RENDERING_FAILURE": ("Rendering Failure", "failure"),
    "DELIVERY_DELAY": ("DeliveryDelay", "deliveryDelay"),
}
ON_ACCOUNT_LIST = (
    "Amazon SES did not send the message to this address because it is on the suppression list for your account. "
    "For more information about removing addresses from the suppression list, see the Amazon SES Developer Guide at "
    "https://docs.aws.amazon.com/ses/latest/DeveloperGuide/sending-email-suppression-list.html"
)
ON_GLOBAL_LIST = (
    "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid "
    "address. For more information about how to remove an address from the suppression list, see the Amazon SES "
    "Developer Guide: http://docs.aws.amazon.com/ses/latest/DeveloperGuide/remove-from-suppressionlist.html"
)


class Happening(NamedTuple):
    """What befell a message: a key of `EVENT_TYPES` and the detail object of its record."""

    kind: str
    detail: dict[str, object]


def record(happening: Happening, mail: Event) -> Event:
    """The whole event record of `happening` for the message described by `mail`."""
    event_type, field = EVENT_TYPES[happening.kind]
    return {"eventType": event_type, "mail": mail, field: happening.detail}


def mail_object(letter: Letter, message_id: str, at: datetime) -> Event:
    """The `mail` object that every event of a message carries."""
    named = {name.lower(): value for name, value in letter.headers}
    common: dict[str, object] = {"from": [letter.sender], "messageId": message_id, "subject": letter.subject}
    if "to" in named:
        common["to"] = named["to"].split(", ")
    if "reply-to" in named:
        common["replyTo"] = named["reply-to"].split(", ")
    return {
        "timestamp": stamp(at),
        "source": letter.sender,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT_ID}:identity/{_bare(letter.sender).rpartition('@')[2]}",
        "sendingAccountId": ACCOUNT_ID,
        "messageId": message_id,
        "destination": list(letter.recipients),
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in letter.headers],
        "commonHeaders": common,
        "tags": _tags(letter),
    }


def sent() -> Happening:
    """SES took the message and will try to deliver it."""
    return Happening("SEND", {})


def delivered(address: str, at: datetime) -> Happening:
    """The recipient's server took the mail."""
    return Happening(
        "DELIVERY",
        {
            "timestamp": stamp(at),
            "processingTimeMillis": 1000,
            "recipients": [address],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "a8-31.smtp-out.amazonses.com",
        },
    )


def bounced(address: str, at: datetime, bounce_type: str, subtype: str, status: str, words: str) -> Happening:
    """A bounce of `bounce_type` Permanent or Transient; `status` is the enhanced SMTP status, "" for an auto-reply."""
    recipient = {"emailAddress": address}
    if status:
        recipient |= {"action": "failed", "status": status, "diagnosticCode": words}
    listed = subtype in ("Suppressed", "OnAccountSuppressionList")
    return Happening(
        "BOUNCE",
        {
            "feedbackId": _feedback_id(at),
            "bounceType": bounce_type,
            "bounceSubType": subtype,
            "bouncedRecipients": [recipient],
            "timestamp": stamp(at),
            "reportingMTA": "dns; amazonses.com" if listed else "dsn; a8-31.smtp-out.amazonses.com",
        },
    )


def complained(address: str, at: datetime, subtype: str | None = None) -> Happening:
    """The person marked the mail as spam; `subtype` OnAccountSuppressionList: it was not even tried."""
    detail: dict[str, object] = {
        "feedbackId": _feedback_id(at),
        "complaintSubType": subtype,
        "complainedRecipients": [{"emailAddress": address}],
        "timestamp": stamp(at),
    }
    if subtype is None:
        agent = {"userAgent": "Amazon SES Mailbox Simulator", "complaintFeedbackType": "abuse"}
        detail |= agent | {"arrivalDate": stamp(at)}
    return Happening("COMPLAINT", detail)


def rejected() -> Happening:
    """SES took the message, found a virus in it and did not send it."""
    return Happening("REJECT", {"reason": "Bad content"})


def delayed(address: str, at: datetime) -> Happening:
    """The recipient's server could not be reached yet."""
    late = {
        "emailAddress": address,
        "status": "4.4.1",
        "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
    }
    return Happening(
        "DELIVERY_DELAY",
        {
            "timestamp": stamp(at),
            "delayType": "TransientCommunicationFailure",
            "expirationTime": stamp(at + timedelta(hours=14)),
            "delayedRecipients": [late],
        },
    )


def opened(at: datetime, user_agent: str, ip_address: str) -> Happening:
    """The tracking image of the mail was fetched."""
    return Happening("OPEN", {"ipAddress": ip_address, "timestamp": stamp(at), "userAgent": user_agent})


def unrendered(error: str, template_name: str) -> Happening:
    """The template could not be filled; nothing was sent."""
    return Happening("RENDERING_FAILURE", {"errorMessage": error, "templateName": template_name})


def stamp(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as SES writes times."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _tags(letter: Letter) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if letter.configuration_set:
        found["ses:configuration-set"] = [letter.configuration_set]
    found["ses:source-ip"] = ["192.0.2.0"]
    found["ses:from-domain"] = [_bare(letter.sender).rpartition("@")[2]]
    found["ses:caller-identity"] = ["local"]
    for name, value in letter.tags:
        found.setdefault(name, []).append(value)
    return found


def _bare(sender: str) -> str:
    return sender.rpartition("<")[2].rstrip("> ")


def _feedback_id(at: datetime) -> str:
    return f"{int(at.timestamp() * 1000):016x}-feedback-000000"
