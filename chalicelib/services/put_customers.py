"""Use case: create or change many customers, in few requests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.errors import HabitueError, InvalidInput
from chalicelib.ports import App
from chalicelib.services.consent_texts import keep_text
from chalicelib.services.customer_changes import (
    Change,
    Surroundings,
    finished,
    merged_mailbox,
    read_change,
    says_nothing_new,
    surroundings,
)
from chalicelib.services.keep_consent import keep_consent
from chalicelib.services.mirror_consent import mirror_consent
from chalicelib.services.put_customer import store_customer
from chalicelib.services.retrying import retrying

Outcome = str | HabitueError  # "created", "updated", "unchanged", or why it was refused


def put_customers(
    app: App,
    customers: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    dry_run: bool = False,
    as_of: datetime | None = None,
) -> list[Outcome]:
    """As `put_customer` for each, in order; one that is refused stops no other.

    Args:
        app: the ports.
        customers: ids and fields.
        dry_run: only say what would become of each.
        as_of: when the shop system last changed them; who is stored as of later stays "unchanged".
    """
    around = surroundings(app, as_of)
    # The same id again is decided by itself, on what the first one wrote.
    first = {id_: place for place, (id_, _) in reversed(list(enumerate(customers)))}
    bulk = _Bulk(app, around, [customers[place] for place in sorted(first.values())])
    undone = set() if dry_run else bulk.write()
    return [
        bulk.outcomes[id_]
        if first[id_] == place and id_ not in undone
        else _alone(app, around, id_, fields, dry_run=dry_run)
        for place, (id_, fields) in enumerate(customers)
    ]


def _alone(app: App, around: Surroundings, id_: str, fields: Mapping[str, Any], *, dry_run: bool) -> Outcome:
    """Decide on one by itself: it was there twice, or somebody else wrote it at this moment."""
    try:
        if dry_run:
            read_change(app, around, id_, app.customers.get(id_), fields)
            return "updated"
        return retrying(partial(store_customer, app, around, id_, fields))[1]
    except InvalidInput as error:
        return error


class _Bulk:
    """Changes of different customers, decided on one read and written together: mailboxes first."""

    def __init__(self, app: App, around: Surroundings, customers: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        self._app = app
        self._around = around
        self.outcomes: dict[str, Outcome] = {}
        stored = app.customers.get_many([id_ for id_, _ in customers])
        changes = [self._read(id_, stored.get(id_), fields) for id_, fields in customers]
        self._changes = [change for change in changes if change is not None]
        hashes = {change.customer.mailbox for change in self._changes if change.customer.mailbox}
        self._before = app.mailboxes.get_many(sorted(hashes))
        self._mailboxes: dict[str, Mailbox] = {}
        self._customers = self._decide()

    def _read(self, id_: str, stored: Customer | None, fields: Mapping[str, Any]) -> Change | None:
        try:
            return read_change(self._app, self._around, id_, stored, fields)
        except InvalidInput as error:
            self.outcomes[id_] = error
            return None

    def _decide(self) -> list[Customer]:
        """All mailboxes first: two customers with one address mirror what both of them state."""
        for change in self._changes:
            hash_ = change.customer.mailbox or ""
            mailbox = merged_mailbox(change, self._mailboxes.get(hash_, self._before.get(hash_)))
            if mailbox is not None:
                self._mailboxes[hash_] = mailbox
        to_write = []
        for change in self._changes:
            hash_ = change.customer.mailbox or ""
            customer = finished(self._app, change, self._mailboxes.get(hash_), self._around)
            news = not says_nothing_new(change, customer)
            if news:
                to_write.append(customer)
            news = news or self._consents_anew(hash_)
            self.outcomes[customer.id] = "created" if change.stored is None else "updated" if news else "unchanged"
        return to_write

    def _consents_anew(self, hash_: str) -> bool:
        after, before = self._mailboxes.get(hash_), self._before.get(hash_)
        return after is not None and after.consent != (before.consent if before else None)

    def write(self) -> set[str]:
        """Write all; the ids of the customers that somebody else got between."""
        changed = [box for hash_, box in self._mailboxes.items() if box != self._before.get(hash_)]
        if changed:
            for words in sorted({change.words for change in self._changes}):
                keep_text(self._app, words)
        for box in changed:
            before = self._before.get(box.hash)
            keep_consent(self._app, box.hash, before.consent if before else None, box.consent)
        stale = self._app.mailboxes.put_many(changed)
        undone = {change.customer.id for change in self._changes if change.customer.mailbox in stale}
        undone |= self._app.customers.put_many([one for one in self._customers if one.id not in undone])
        for box in changed:
            if box.hash in self._before and box.hash not in stale:
                mirror_consent(self._app, box)  # on others who have this address
        return undone
