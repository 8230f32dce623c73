"""Recompute one customer's statistics from all of their orders."""

from chalicelib.ports import App
from chalicelib.services.refresh_many import refresh_many


def refresh_statistics(app: App, customer_id: str) -> bool:
    """Bring one customer up to date; whether anything had to be written. Raises StaleRevision, as `refresh_many`."""
    return customer_id in refresh_many(app, [customer_id])
