"""Knows the sending rate and the daily quota: both count recipients, and simulator mail is free of the quota only."""

from __future__ import annotations

from collections import deque

from chalicelib.local.ses.errors import SesError

DAY = 86_400.0  # seconds
UNLIMITED = -1.0  # what GetAccount answers for an account without a daily quota


class SendingLimits:
    """The two limits of one account, as sliding windows of one second and of 24 hours.

    Not thread-safe: the account holds its lock around every call. Times are seconds of the account's clock.
    Source: https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html
    """

    def __init__(self, rate: float, daily_quota: float) -> None:
        self.rate, self.daily_quota = rate, daily_quota
        self._second: deque[float] = deque()  # one time per recipient
        self._day: deque[tuple[float, int]] = deque()
        self._sent = 0

    def take(self, recipients: int, counted: int, now: float) -> None:
        """Let `recipients` pass, of which `counted` use the daily quota; or raise and change nothing.

        A message to more people than the rate allows passes when the whole second before it was empty.

        Raises:
            SesError: `TooManyRequestsException` above the rate, `LimitExceededException` above the quota.
        """
        self._forget(now)
        per_window = max(1, int(self.rate))
        if len(self._second) + min(recipients, per_window) > per_window:
            raise SesError("TooManyRequestsException", "Maximum sending rate exceeded.")
        if self.daily_quota != UNLIMITED and self._sent + counted > self.daily_quota:
            raise SesError("LimitExceededException", "Daily message quota exceeded.")
        self._second.extend([now] * recipients)
        self.count(counted, now)

    def count(self, recipients: int, at: float) -> None:
        """Count mails of the past day, as when a kept mailbox is read again."""
        if recipients:
            self._day.append((at, recipients))
            self._sent += recipients

    def sent_last_24_hours(self, now: float) -> int:
        """Recipients accepted in the 24 hours before `now`, simulator addresses left out."""
        self._forget(now)
        return self._sent

    def clear(self) -> None:
        """Forget everything that was sent."""
        self._second.clear()
        self._day.clear()
        self._sent = 0

    def _forget(self, now: float) -> None:
        window = max(1.0, 1.0 / self.rate)  # below one a second the window grows instead
        while self._second and now - self._second[0] >= window:
            self._second.popleft()
        while self._day and now - self._day[0][0] >= DAY:
            self._sent -= self._day.popleft()[1]
