"""Ports: what was launched, who is due, what became of each mail, and how fast it may go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # what answers a click imports the ports, and needs none of these
    from chalicelib.domain.bulk_calls import BulkCall
    from chalicelib.domain.messages import Batch, Message, Row, RowKey
    from chalicelib.domain.pace import PaceState
    from chalicelib.domain.quotas import Quota
    from chalicelib.domain.templates import Mail
    from chalicelib.errors import MailRefused, MailUnknown


class Messages(Protocol):
    """What was launched: one item per launch of a campaign or occurrence of a flow."""

    def get(self, message_id: str) -> Message | None: ...

    def create(self, message: Message, due_at: datetime | None) -> bool:
        """Write it if absent, to be planned at `due_at` (None: nothing to plan); False where it was there."""
        ...

    def move(self, message: Message, due_at: datetime | None = None) -> Message:
        """Write the state of what `message_states.moved` gave, under the revision; due to be planned at `due_at`, or
        no more. Raises: StaleRevision."""
        ...

    def beat(self, message_id: str, at: datetime) -> None:
        """Note that something became of somebody; nothing without such a message. The revision stays."""
        ...

    def postpone(self, message_id: str, now: datetime, until: datetime) -> bool:
        """Plan it again at `until` if it is to be planned now; False where another feeder did so, or it is planned."""
        ...

    def rename(self, message: Message, person: str, stand_in: str) -> None:
        """Put `stand_in` in the place of `person` among those whom the message names. Raises: StaleRevision."""
        ...

    def of(self, source: str, name: str) -> list[Message]:
        """All of one campaign ("c") or flow ("f"), by id. Consistent."""
        ...


class Batches(Protocol):
    """Who is due together: the truth about what is to be sent; the queue only wakes a sender up."""

    def get(self, message_id: str, batch_id: str) -> Batch | None: ...

    def of(self, message_id: str, *, after: str | None = None) -> Iterator[Batch]:
        """All of one message, by id; those whose id comes after `after`, where it is given. Consistent."""
        ...

    def create_many(self, batches: Sequence[Batch]) -> None:
        """Write each if absent, 25 a request."""
        ...

    def due(self, now: datetime, limit: int) -> list[tuple[str, str | None]]:
        """(message id, batch id) of what is due, at most `limit`; a message to be planned has no batch id.

        The most urgent first: transactional mail, planning, flows, campaigns; of each the oldest.
        """
        ...

    def to_plan(self) -> list[str]:
        """Ids of the messages that are still to be planned, due or not. The index may lag by a moment."""
        ...

    def undone(self) -> Iterator[Batch]:
        """All that are not done, due or not, page by page. The index may lag by a moment."""
        ...

    def rename(self, batch: Batch, person: str, stand_in: str, row: Row | None, now: datetime) -> bool:
        """Put `stand_in` in the place of `person`: among the batch's people, in its mark, and in the row.

        One transaction, so that nobody is missing or double at any moment. False, and nothing is changed, while an
        attempt at the batch lives, or where batch or row changed since they were read.

        Args:
            batch: as it was read.
            person: of the batch.
            stand_in: the new name.
            row: as it is to stand under the new name; None: the person has no row yet.
            now: real time, for the lease. A lease that is over is taken away.
        """
        ...

    def postpone(self, message_id: str, batch_id: str, now: datetime, until: datetime) -> Batch | None:
        """Make it due again at `until` if it is due now; None where another feeder did so, or it is done."""
        ...

    def revive(self, message_id: str, batch_id: str, now: datetime) -> None:
        """Make it due at once, whatever put it off, its earlier deaths forgotten; nothing where it is done."""
        ...

    def lease(self, batch: Batch, attempt: str, now: datetime, until: datetime) -> Batch | None:
        """Take the batch for one attempt; None while a rival's lease lives or when the batch is done."""
        ...

    def mark(self, batch: Batch, people: Sequence[tuple[str, str]]) -> None:
        """Write whose mails go to SES next, as (customer id, mailbox), under our lease. Raises: StaleRevision."""
        ...

    def finish(self, batch: Batch) -> None:
        """All people have rows: done, no longer due. Under our lease. Raises: StaleRevision."""
        ...

    def hand_back(self, batch: Batch, due_at: datetime) -> None:
        """Give the lease up; due again at `due_at`. Under our lease. Raises: StaleRevision."""
        ...

    def count_click(self, message_id: str, batch_id: str, *, by_machine: bool = False) -> None:
        """One more click at the mail of somebody who agreed to be counted, not to be known; no such batch: nothing."""
        ...


class Rows(Protocol):
    """Sends: one row per person and message."""

    def of(self, message_id: str, batch_id: str) -> dict[str, Row]:
        """By customer id. Consistent."""
        ...

    def get(self, message_id: str, batch_id: str, customer_id: str) -> Row | None: ...

    def get_many(self, keys: Sequence[RowKey]) -> dict[RowKey, Row]:
        """Those that exist. Consistent, any number; a key may stand twice."""
        ...

    def record(self, rows: Sequence[Row]) -> None:
        """Write each, 25 a request; one that is there only moves forward (`domain.rows.forward`)."""
        ...

    def merge(self, row: Row) -> Row:
        """Add what came later to the row, or write it; the answer is what stands now."""
        ...

    def add(self, row: Row) -> Row | None:
        """Add what came later (delivery, click ...) to the row that is there; None where there is none."""
        ...

    def join(self, row: Row) -> bool:
        """Write it if it is absent and its batch has the person, in one transaction; False: nothing was written."""
        ...

    def delete(self, key: RowKey) -> None:
        """Take it away; nothing where there is none."""
        ...

    def keys_of(self, customer_id: str) -> list[RowKey]:
        """All of one customer, by time. The index may lag by a moment."""
        ...


class Pace(Protocol):
    """What all senders of the account know together."""

    def load(self) -> PaceState:
        """As it stands now, consistent; the first state where nobody has sent yet."""
        ...

    def save(self, state: PaceState) -> bool:
        """Write it under its revision, which is one more then; False where somebody else was faster."""
        ...


class Mailer(Protocol):
    """SES."""

    def send(self, mail: Mail) -> str:
        """Send once and give SES's message id. Raises: MailRefused (proved not sent), MailUnknown (answer lost)."""
        ...

    def send_many(self, call: BulkCall) -> Sequence[str | MailRefused | MailUnknown]:
        """Send once, and give for each mail of the call, in order, SES's message id, or what it proved of this mail.

        Raises: MailRefused (proved that none was sent), MailUnknown (the answer was lost, or is not whole).
        """
        ...

    def quota(self) -> Quota:
        """What SES allows the account at this moment. Raises: Busy, where it does not answer."""
        ...
