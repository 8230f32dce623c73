"""Recompute the statistics of some customers from all of their orders, and all that is derived from them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.customers import Customer
from chalicelib.domain.derive import derive
from chalicelib.domain.statistics import statistics
from chalicelib.errors import StaleRevision
from chalicelib.ports import App
from chalicelib.services.load_basis import load_basis
from chalicelib.services.load_history import history_around, load_remains

_ATTEMPTS = 20  # each failed one means that somebody else wrote one of these customers


def refresh_many(app: App, customer_ids: Collection[str]) -> set[str]:
    """Bring some customers up to date; the ids of those for whom anything had to be written.

    A customer whom only orders know is created without an address. Nothing is written where nothing changed, so a
    replayed stream of orders does not stir the stream of customers.

    Raises:
        StaleRevision: one of them kept changing.
    """
    waiting = set(customer_ids)
    written: set[str] = set()
    around = _Around(app)
    for _ in range(_ATTEMPTS):
        changed = around.changed(sorted(waiting))
        stale = app.customers.put_many(changed)
        written |= {customer.id for customer in changed} - stale
        waiting = stale
        if not waiting:
            return written
    raise StaleRevision(f"{len(waiting)} customers kept changing while their statistics were recomputed. Try again.")


class _Around:
    """What a refresh needs beside the customers and their orders, read once."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._shop = app.catalog.shop()
        self._basis = load_basis(app)
        self._now: datetime = app.clock.now()

    def changed(self, ids: Sequence[str]) -> list[Customer]:
        """Those of the customers that are not as their orders say, made right."""
        # The customers are read before the orders: of two that refresh at once, the one that
        # saw fewer orders either writes first or is refused by the revision.
        stored = self._app.customers.get_many(ids)
        fresh = {id_: self._refreshed(stored.get(id_), id_) for id_ in ids}
        return [customer for id_, customer in fresh.items() if customer is not None and customer != stored.get(id_)]

    def _refreshed(self, customer: Customer | None, id_: str) -> Customer | None:
        headers = self._app.orders.headers(id_)
        if customer is None and not headers:
            return None
        left = load_remains(self._app, headers)
        stats = statistics(headers, left, self._shop.currency, self._shop.zone)
        history = history_around(self._app, id_, headers, left, self._shop.currency)
        return derive(replace(customer or Customer(id=id_), stats=stats), self._basis, self._now, history)
