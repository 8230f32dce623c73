"""Ports: customers and their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:  # what answers a click imports the ports, and needs none of these
    from chalicelib.domain.customers import Customer
    from chalicelib.domain.mailboxes import Mailbox


FLIP_PARTS = 16  # parts of the index of those whose fields time changes next


class Customers(Protocol):
    """The customer records."""

    def get(self, customer_id: str) -> Customer | None: ...

    def get_many(self, customer_ids: Sequence[str]) -> dict[str, Customer]:
        """Those that exist, by id. Consistent reads, any number of ids."""
        ...

    def put(self, customer: Customer) -> Customer:
        """Write under the revision that was read (0: must be new); the answer carries the next one.

        Raises:
            StaleRevision: somebody else wrote it since.
        """
        ...

    def put_many(self, customers: Sequence[Customer]) -> set[str]:
        """As `put`, in bulk; the ids must differ. The ids of those that somebody else wrote since: not written."""
        ...

    def create_many(self, customers: Sequence[Customer]) -> None:
        """Write those that do not exist yet; leave the others alone. Any number, in bulk."""
        ...

    def delete(self, customer_id: str) -> None:
        """Take the record away, whatever its revision; nothing where there is none."""
        ...

    def by_mailbox(self, mailbox: str) -> list[str]:
        """Ids of the customers with this address."""
        ...

    def with_date(self, date_field: Literal["birthday", "joined_on"], month_day: str) -> Iterator[str]:
        """Ids of the customers whose date falls on "MM-DD", over all shards."""
        ...

    def due_to_flip(self, now: datetime, limit: int, part: int | None = None) -> list[str]:
        """Ids of at most `limit` customers whose `next_flip_at` has come, of all or of one of `FLIP_PARTS` parts.

        Within a part, the earliest first. The index lags by moments.
        """
        ...

    def scan(self, segment: int = 0, segments: int = 1, start: str | None = None) -> Iterator[Customer]:
        """Every customer of one part of the table, page by page; after the id `start` of the same part."""
        ...


class Mailboxes(Protocol):
    """The addresses: consent, suppression, claims."""

    def get(self, hash_: str) -> Mailbox | None: ...

    def get_many(self, hashes: Sequence[str]) -> dict[str, Mailbox]: ...

    def put(self, mailbox: Mailbox) -> Mailbox:
        """Write under the revision that was read (0: must be new). Raises: StaleRevision."""
        ...

    def put_many(self, mailboxes: Sequence[Mailbox]) -> set[str]:
        """As `put`, in bulk; the hashes must differ. Those that somebody else wrote since: not written."""
        ...

    def claim(self, mailboxes: Sequence[Mailbox], send_key: str) -> dict[str, str]:
        """Write each as it stands once it is claimed, under the revision it was read with; any number, 25 a request.

        Args:
            mailboxes: with the claim under `send_key` (`domain.mail_history.with_claim`); nothing but what they
                remember of mails is written. The hashes must differ.
            send_key: of the message.

        Returns, per hash: "claimed" (now or earlier by the same batch), "taken" (another batch holds the key),
        or "changed" (the revision moved: read again and decide again).
        """
        ...

    def release(self, hash_: str, send_key: str, batch_id: str) -> None:
        """Take back this batch's claim. Another batch's stays."""
        ...
