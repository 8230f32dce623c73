"""Use case: hand finished mails to SES, five at a time under a mark, at the account's pace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.customers import Customer
from chalicelib.domain.messages import Batch, Row
from chalicelib.domain.pace import SLOT_LIFE
from chalicelib.domain.templates import Mail
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import MailRefused, MailUnknown
from chalicelib.ports import App

UNDER_ONE_MARK = 5  # so many are `unknown` at most when a sender dies
# Slots are won in lots that one sender uses up at once. Slow calls would let most of a large lot pass, and what is sent
# late would fall together with what others send in time; at low rates each mail wins its own slot.
_LOT_SECONDS = 0.025
_ROOM = timedelta(seconds=10)  # what the last mails and the hand-back need
_SHORTLY = timedelta(seconds=1)
_AGAIN = timedelta(seconds=5)
_AFTER_LOST = timedelta(seconds=30)  # while SES is down, each try may cost one person's mail
_ACCOUNT_AGAIN = timedelta(minutes=15)  # paused, suspended or over the daily quota: no hot loop


@dataclass(slots=True)
class HandOver:
    """What came of it."""

    left: int = 0  # mails not tried, or proved not sent and worth another try
    delay: timedelta = timedelta(0)  # before that try
    refused: list[Customer] = field(default_factory=list)  # SES refused for good; their rows are written


class _Stop(Exception):
    """No mail of this batch can go now; carries how long to wait."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__()
        self.delay = delay


class _Slots:
    """One sender's slots of the rate that all share."""

    def __init__(self, app: App, rate: float) -> None:
        self._app = app
        self._rate = rate
        self._lot = max(1, min(UNDER_ONE_MARK, int(rate * _LOT_SECONDS)))
        self._won: list[datetime] = []

    def win(self, wanted: int) -> bool:
        """Have a slot that is not over, for at most so many mails; False where none is near enough."""
        now = self._app.clock.real()
        self._won = [slot for slot in self._won if now - slot <= SLOT_LIFE]
        if not self._won:
            self._won = self._app.pace.take(min(self._lot, wanted), self._rate, now)
        return bool(self._won)

    def wait(self, wanted: int) -> None:
        """Until the next slot. Raises _Stop where there is none."""
        if not self.win(wanted):
            raise _Stop(_AGAIN)
        self._app.clock.sleep((self._won.pop(0) - self._app.clock.real()).total_seconds())


def hand_over(
    app: App,
    batch: Batch,
    ready: Sequence[tuple[Customer, Mail]],
    vouchers: Mapping[str, Voucher],
    *,
    deadline: datetime,
) -> HandOver:
    """Send each mail once, in order. Raises StaleRevision where another attempt has taken the batch over."""
    result = HandOver(left=len(ready))
    rate, _, _ = app.mailer.quota()
    if rate <= 0:  # an account that may not send at all
        result.delay = _ACCOUNT_AGAIN
        return result
    slots = _Slots(app, rate)
    for start in range(0, len(ready), UNDER_ONE_MARK):
        if not _in_time(app, deadline) or _halted(app, batch) or not slots.win(result.left):
            break
        try:
            _under_one_mark(app, batch, ready[start : start + UNDER_ONE_MARK], vouchers, slots, deadline, result)
        except _Stop as stop:
            result.delay = stop.delay
            return result
    result.delay = _SHORTLY
    return result


def _under_one_mark(
    app: App,
    batch: Batch,
    some: Sequence[tuple[Customer, Mail]],
    vouchers: Mapping[str, Voucher],
    slots: _Slots,
    deadline: datetime,
    result: HandOver,
) -> None:
    app.batches.mark(batch, [(customer.id, customer.mailbox or "") for customer, _ in some])
    rows: list[Row] = []
    try:
        for customer, mail in some:
            if not _in_time(app, deadline):  # a lost answer takes as long as the client waits for it
                raise _Stop(_SHORTLY)
            slots.wait(result.left - len(rows))
            row = _send_one(app, batch, customer, mail, vouchers.get(customer.id))
            rows.append(row)
            if row.status == "failed":
                result.refused.append(customer)
            if row.status == "unknown":
                raise _Stop(_AFTER_LOST)
    finally:
        result.left -= len(rows)
        app.rows.record(rows)


def _in_time(app: App, deadline: datetime) -> bool:
    return app.clock.real() + _ROOM <= deadline


def _halted(app: App, batch: Batch) -> bool:
    """Whether somebody paused or cancelled the message meanwhile."""
    message = app.messages.get(batch.message_id)
    return message is None or message.state in {"paused", "cancelled"}


def _send_one(app: App, batch: Batch, customer: Customer, mail: Mail, voucher: Voucher | None) -> Row:
    def row(status: str, reason: str = "", ses_id: str | None = None) -> Row:
        return Row(
            message_id=batch.message_id,
            batch_id=batch.id,
            customer_id=customer.id,
            status=status,  # type: ignore[arg-type]
            reason=reason,
            at=app.clock.now(),
            mailbox=customer.mailbox,
            ses_id=ses_id,
            voucher=voucher.code if voucher and status != "failed" else None,
            variant=batch.variant,
        )

    try:
        return row("sent", ses_id=app.mailer.send(mail))
    except MailUnknown as error:
        return row("unknown", error.message)
    except MailRefused as error:
        if error.account_wide:
            raise _Stop(_ACCOUNT_AGAIN) from error
        if error.retry:
            raise _Stop(_AGAIN) from error
        return row("failed", f"{error.reason}: {error.message}")
