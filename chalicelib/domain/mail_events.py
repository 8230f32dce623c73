"""What SES reports about a mail, in our words, whichever road it came on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.messages import RowKey

EventKind = Literal[
    "sent", "delivered", "bounced", "soft_bounced", "complained", "rejected", "delayed", "rendering_failed", "opened"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEvent:
    """One fact about one send. Events come twice, out of order, late, and before our own record."""

    kind: EventKind
    at: datetime  # aware UTC
    message_id: str  # the send, from the tags that we gave
    batch_id: str
    customer_id: str
    ses_id: str
    address: str = ""  # to which it went, where the event is about that
    cause: str = ""  # bounce type and subtype, complaint type, reason
    suppresses: bool = False  # the address itself is at fault or the person complained
    soft: bool = False  # counts towards the limit of soft bounces; "message too large" never does
    sign: str = ""  # of an open: what its program showed of a machine (domain/clicks.py); "": nothing
    early: bool = False  # of an open: within the first minute of the mail

    @property
    def row_key(self) -> RowKey:
        """The row that it is about."""
        return self.message_id, self.batch_id, self.customer_id
