"""Customers in memory, under a lock, obeying ports.Customers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Literal

from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import month_day as month_day_of
from chalicelib.errors import StaleRevision
from chalicelib.storage.keys import flip_part


class MemoryCustomers:
    """Customers by id. `writes` counts what was written."""

    def __init__(self, *customers: Customer) -> None:
        self.items: dict[str, Customer] = {}
        self.writes = 0
        self._lock = RLock()
        self.create_many(customers)

    def get(self, customer_id: str) -> Customer | None:
        return self.items.get(customer_id)

    def get_many(self, customer_ids: Sequence[str]) -> dict[str, Customer]:
        return {id_: self.items[id_] for id_ in customer_ids if id_ in self.items}

    def put(self, customer: Customer) -> Customer:
        with self._lock:
            stored = self.items.get(customer.id)
            if (stored.revision if stored else 0) != customer.revision:
                raise StaleRevision(f"customer {customer.id!r}")
            self.writes += 1
            self.items[customer.id] = replace(customer, revision=customer.revision + 1)
            return self.items[customer.id]

    def put_many(self, customers: Sequence[Customer]) -> set[str]:
        stale = set()
        for customer in customers:
            try:
                self.put(customer)
            except StaleRevision:
                stale.add(customer.id)
        return stale

    def create_many(self, customers: Sequence[Customer]) -> None:
        self.put_many([replace(customer, revision=0) for customer in customers])

    def delete(self, customer_id: str) -> None:
        with self._lock:
            self.items.pop(customer_id, None)

    def by_mailbox(self, mailbox: str) -> list[str]:
        return sorted(id_ for id_, customer in self.items.items() if customer.mailbox == mailbox)

    def with_date(self, date_field: Literal["birthday", "joined_on"], month_day: str) -> Iterator[str]:
        for customer in list(self.items.values()):
            day = customer.birthday if date_field == "birthday" else customer.joined_on
            if day is not None and month_day_of(day) == month_day:
                yield customer.id

    def due_to_flip(self, now: datetime, limit: int, part: int | None = None) -> list[str]:
        due = [one for one in self.items.values() if one.next_flip_at is not None and one.next_flip_at <= now]
        chosen = [one for one in due if part is None or flip_part(one.id) == part]
        return [one.id for one in sorted(chosen, key=lambda one: (flip_part(one.id), one.next_flip_at))][:limit]

    def scan(self, segment: int = 0, segments: int = 1, start: str | None = None) -> Iterator[Customer]:
        ids = sorted(self.items)[segment::segments]
        yield from (self.items[id_] for id_ in ids if start is None or id_ > start)
