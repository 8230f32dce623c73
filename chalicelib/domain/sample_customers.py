"""Whom previews and tests are made for where no customer is named: one with everything, one with nothing."""

from datetime import datetime, timedelta

from chalicelib.domain.customers import Customer, Statistics

_YEAR = timedelta(days=365.25)


def made_up(now: datetime) -> Customer:
    """Somebody about whom the shop knows all that it can know."""
    stats = Statistics(
        orders=7,
        receipts=7,
        spent=183_50,
        first_order_at=now - 3 * _YEAR,
        last_order_at=now - timedelta(days=12),
        mean_gap_days=41.5,
    )
    return Customer(
        id="sample",
        email="ada@example.com",
        first_name="Ada",
        last_name="Lovelace",
        country="GB",
        region="London",
        home_store="High Street",
        birthday=(now - 36 * _YEAR).date(),
        joined_on=(now - 3 * _YEAR - timedelta(days=30)).date(),
        stats=stats,
        stage="regular",
        tier="gold",
        points=320,
    )


def unknown() -> Customer:
    """Somebody of whom nothing is known but that they are there."""
    return Customer(id="empty")
