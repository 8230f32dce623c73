"""Knows what becomes of an accepted mail: the simulator's addresses, the suppression list, and ordered outcomes."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from chalicelib.local.ses import events
from chalicelib.local.ses.addresses import is_simulated
from chalicelib.local.ses.events import Happening
from chalicelib.local.ses.mail import Letter

# SES scans every message; a mail with this string is rejected, which is AWS's way to try the Reject event:
# https://docs.aws.amazon.com/ses/latest/DeveloperGuide/mailbox-simulator.html
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
_UNKNOWN_USER = "smtp; 550 5.1.1 user unknown"
# The simulator, `+label` forms included: https://docs.aws.amazon.com/ses/latest/DeveloperGuide/mailbox-simulator.html
# ooto is reported as a Transient, General bounce without a status, after its delivery.
_SIMULATED = {
    "success": "delivery",
    "bounce": "hard_bounce",
    "ooto": "auto_reply",
    "complaint": "complaint",
    "suppressionlist": "global_list",
}
# name: status of the mail, bounce type, subtype, SMTP status, words
_BOUNCES = {
    "hard_bounce": ("bounced", "Permanent", "General", "5.1.1", _UNKNOWN_USER),
    "soft_bounce": ("bounced", "Transient", "General", "4.0.0", "smtp; 451 4.0.0 try again later"),
    "mailbox_full": ("bounced", "Transient", "MailboxFull", "5.2.2", "smtp; 552 5.2.2 mailbox full"),
    "message_too_large": ("bounced", "Transient", "MessageTooLarge", "5.3.4", "smtp; 552 5.3.4 message too big"),
    "global_list": ("suppressed", "Permanent", "Suppressed", "5.1.1", events.ON_GLOBAL_LIST),
    "BOUNCE": ("suppressed", "Permanent", "OnAccountSuppressionList", "5.1.1", events.ON_ACCOUNT_LIST),
}


class Outcome(NamedTuple):
    """The end of one mail: the status it is kept with, what happened after Send, why its address is now listed."""

    status: str
    happenings: tuple[Happening, ...]
    list_as: str = ""  # BOUNCE or COMPLAINT: the account's suppression list takes the address


def holds_a_virus(letter: Letter) -> bool:
    """True when SES would reject the message after taking it."""
    texts = (letter.text.encode(), letter.html.encode(), *letter.attachments)
    return any(EICAR in text for text in texts)


def outcome(address: str, at: datetime, *, listed: str | None, ordered: str | None) -> Outcome:
    """What becomes of the mail to `address`.

    Args:
        listed: the reason (BOUNCE, COMPLAINT) why the account's suppression list has the address, or None.
        ordered: a name of `faults.OUTCOME` that strikes this recipient, or None.
    """
    name = listed or ordered or _simulated(address)
    if name in _BOUNCES:
        status, *bounce = _BOUNCES[name]
        reason = "BOUNCE" if name == "hard_bounce" and not is_simulated(address) else ""
        return Outcome(status, (events.bounced(address, at, *bounce),), reason)
    return _without_bounce(name, address, at)


def _without_bounce(name: str, address: str, at: datetime) -> Outcome:
    delivered = events.delivered(address, at)
    if name == "COMPLAINT":
        return Outcome("suppressed", (events.complained(address, at, "OnAccountSuppressionList"),))
    if name == "complaint":
        reason = "" if is_simulated(address) else "COMPLAINT"
        return Outcome("complained", (delivered, events.complained(address, at)), reason)
    if name == "auto_reply":
        return Outcome("auto_replied", (delivered, events.bounced(address, at, "Transient", "General", "", "")))
    if name == "delivery_delay":
        return Outcome("delayed", (events.delayed(address, at),))
    return Outcome("delivered", (delivered,))


def _simulated(address: str) -> str:
    if not is_simulated(address):
        return "delivery"
    local = address.lower().partition("@")[0].partition("+")[0]
    return _SIMULATED.get(local, "hard_bounce")  # the simulator knows no other user
