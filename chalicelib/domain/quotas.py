"""What SES allows the account: its rate, its quota of 24 hours, and why no mail may go at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.domain.messages import Stream

HoldReason = Literal["account_paused", "daily_quota", "account_refused"]

READ_AGAIN = timedelta(minutes=1)  # a reading of the account is good for so long
HOLD = timedelta(minutes=15)  # what SES refuses for every mail is tried again after this: no hot loop
_RESERVE = 10  # marketing leaves one mail in so many of the day's quota to transactional mail

WHY_ALL_WAITS: dict[HoldReason, str] = {
    "account_paused": "SES has paused or suspended the account, so nothing goes out until it is allowed again.",
    "daily_quota": "The account's quota of 24 hours is used up, save the tenth that is kept for transactional mail.",
    "account_refused": "SES refuses every mail of the account: a domain that is not verified, a permission that lacks.",
}

# Codes of a call, and statuses of an entry of a bulk call (`email/ses_errors.py`).
_PAUSED = frozenset(
    {"AccountSuspendedException", "SendingPausedException", "ACCOUNT_SUSPENDED", "ACCOUNT_SENDING_PAUSED"}
)
_USED_UP = frozenset({"LimitExceededException", "ACCOUNT_DAILY_QUOTA_EXCEEDED"})
# A throttle also tells of the quota of 24 hours, in words only:
# https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
_DAILY = "daily message quota exceeded"


def is_daily(message: str) -> bool:
    """Whether this message of SES is about the quota of 24 hours."""
    return _DAILY in message.lower()


def hold_reason(code: str, message: str) -> HoldReason:
    """Why every mail waits, from an error of SES that concerns them all."""
    if code in _PAUSED:
        return "account_paused"
    return "daily_quota" if code in _USED_UP or is_daily(message) else "account_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What GetAccount says."""

    rate: float  # recipients a second
    per_day: int | None  # recipients in 24 hours; None: no limit
    sent: int  # in the last 24 hours
    allowed: bool = True  # False: the account is paused or suspended

    @property
    def left(self) -> int | None:
        """How many may still go now; None: no limit."""
        return None if self.per_day is None else max(0, self.per_day - self.sent)

    def kept_from(self, stream: Stream) -> int:
        """How many of the day's quota this stream must leave to the other."""
        return self.per_day // _RESERVE if self.per_day is not None and stream == "marketing" else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Every mail of the account waits."""

    reason: HoldReason
    until: datetime
