"""What handing mails to SES one by one and many in a call have in common: when to stop, and what an answer means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.customers import Customer
from chalicelib.domain.messages import Batch, Row
from chalicelib.domain.providers import provider_of
from chalicelib.domain.quotas import hold_reason
from chalicelib.domain.templates import Mail
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import MailRefused, MailUnknown
from chalicelib.ports import App
from chalicelib.services.share_pace import hold_all
from chalicelib.services.slots import Slots

SHORTLY = timedelta(seconds=1)
_ROOM = timedelta(seconds=10)  # what the last mails and the hand-back need
_AGAIN = timedelta(seconds=5)
_FRESH = timedelta(seconds=0.5)
_AFTER_LOST = timedelta(seconds=30)  # while SES is down, each try may cost one call's mails

Ready = tuple[Customer, Mail]


@dataclass(slots=True)
class HandOver:
    """What came of it."""

    left: int = 0  # mails not tried, or proved not sent and worth another try
    delay: timedelta | None = timedelta(0)  # before that try; None: once the account may send again
    refused: list[Customer] = field(default_factory=list)  # SES refused for good; their rows are written


class Stop(Exception):
    """No mail of this batch can go now; carries how long to wait, None: until the account may send again."""

    def __init__(self, delay: timedelta | None) -> None:
        super().__init__()
        self.delay = delay


@dataclass(slots=True)
class Handing:
    """One attempt's mails on their way."""

    app: App
    batch: Batch
    vouchers: Mapping[str, Voucher]
    slots: Slots
    deadline: datetime
    result: HandOver
    read_at: datetime | None  # when the message was read; a call that goes at once needs no second look at it

    def mark(self, some: Sequence[Ready]) -> None:
        """Write whose mails go next. Raises: StaleRevision where another attempt has taken the batch over."""
        self.app.batches.mark(self.batch, [(customer.id, customer.mailbox or "") for customer, _ in some])

    def check_time(self) -> None:
        """Raises: Stop where the attempt's time runs short: a lost answer takes as long as the client waits for it."""
        if self.app.clock.real() + _ROOM > self.deadline:
            raise Stop(SHORTLY)

    def check_state(self) -> None:
        """Raises: Stop where time runs short, or somebody paused or cancelled the message meanwhile."""
        self.check_time()
        read_at, self.read_at = self.read_at, None
        if read_at is not None and self.app.clock.real() - read_at < _FRESH:
            return
        message = self.app.messages.get(self.batch.message_id)
        if message is None or message.state in {"paused", "cancelled"}:
            raise Stop(SHORTLY)

    def take_slots(self, wanted: int) -> int:
        """So many may be marked. Raises: Stop where none is near enough."""
        return self.slots.take(wanted) or self._stop()

    def wait_for_slots(self, wanted: int) -> int:
        """So many may go in one call, now. Raises: Stop where none is near enough."""
        return self.slots.wait(wanted) or self._stop()

    def take_slots_one_by_one(self, left: int) -> int:
        """As `take_slots`, for mails that go one a call."""
        return self.slots.take_one_by_one(left) or self._stop()

    def wait_for_one(self, left: int) -> None:
        """One mail may go alone, now; so many are still to go with it. Raises: Stop where no slot is near enough."""
        if not self.slots.wait_for_one(left):
            self._stop()

    def _stop(self) -> int:
        raise Stop(None if self.slots.why_waiting() else _AGAIN)

    def stop_after(self, answers: Sequence[str | MailRefused | MailUnknown]) -> None:
        """Raises: Stop where one of these answers says that nothing should go for a while."""
        delays = []
        for answer in answers:
            if isinstance(answer, MailUnknown):
                delays.append(_AFTER_LOST)
            elif isinstance(answer, MailRefused) and answer.retry:
                if answer.account_wide:
                    hold_all(self.app, hold_reason(answer.reason, answer.message))
                    raise Stop(None)
                delays.append(_AGAIN)
        if delays:
            raise Stop(max(delays))

    def record(self, rows: Sequence[Row]) -> None:
        """Write what became of mails; they are no longer left."""
        self.result.left -= len(rows)
        self.app.rows.record(rows)

    def row_of(self, customer: Customer, answer: str | MailRefused | MailUnknown) -> Row | None:
        """What an answer makes of a person's row; None: proved not sent, and worth another try."""
        if isinstance(answer, str):
            return self._row(customer, "sent", ses_id=answer)
        if isinstance(answer, MailUnknown):
            return self._row(customer, "unknown", answer.message)
        if answer.retry:
            return None
        self.result.refused.append(customer)
        return self._row(customer, "failed", f"{answer.reason}: {answer.message}")

    def _row(self, customer: Customer, status: str, reason: str = "", ses_id: str | None = None) -> Row:
        voucher = self.vouchers.get(customer.id)
        return Row(
            message_id=self.batch.message_id,
            batch_id=self.batch.id,
            customer_id=customer.id,
            status=status,  # type: ignore[arg-type]
            reason=reason,
            at=self.app.clock.now(),
            mailbox=customer.mailbox,
            ses_id=ses_id,
            voucher=voucher.code if voucher and status != "failed" else None,
            variant=self.batch.variant,
            provider=provider_of(customer.email or ""),
        )
