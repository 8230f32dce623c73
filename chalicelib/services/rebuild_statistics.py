"""Recompute the statistics of every customer from the orders: what the stream of orders keeps anyway."""

from itertools import islice

from chalicelib.ports import App
from chalicelib.services.refresh_many import refresh_many

_AT_ONCE = 100  # customers


def rebuild_statistics(app: App, segment: int = 0, segments: int = 1) -> int:
    """Refresh all customers of one part of the table; how many were not right before."""
    ids = (customer.id for customer in app.customers.scan(segment, segments))
    changed = 0
    while some := list(islice(ids, _AT_ONCE)):
        changed += len(refresh_many(app, some))
    return changed
