"""Statistics follow the orders: recomputed, written under a revision, not written where nothing changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.months import Months
from chalicelib.errors import StaleRevision
from chalicelib.ports import App
from chalicelib.services.place_order import place_order
from chalicelib.services.put_product import put_product
from chalicelib.services.rebuild_statistics import rebuild_statistics
from chalicelib.services.refresh_many import refresh_many
from chalicelib.services.refresh_statistics import refresh_statistics
from tests.fakes import make_app

START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def app() -> App:
    app = make_app()
    put_product(app, "tea", {"name": "Tea", "category": "Teas", "brand": "Assam & Co", "cost": 200})
    return app


def place(app: App, order_id: str, day: int, *lines: tuple[str, int, int], **fields: Any) -> None:
    place_order(
        app,
        {
            "order_id": order_id,
            "customer_id": "ann",
            "placed_at": (START + timedelta(days=day)).isoformat(),
            "lines": [{"sku": sku, "quantity": quantity, "unit_price": price} for sku, quantity, price in lines],
        }
        | fields,
    )


def stats(app: App, customer_id: str = "ann") -> Statistics:
    customer = app.customers.get(customer_id)
    assert customer is not None
    return customer.stats


def test_orders_make_statistics_and_stage(app):
    place(app, "1", 0, ("tea", 2, 500), ("pot", 1, 2000))
    place(app, "2", 10, ("tea", 1, 500))
    place(app, "3", 11, ("tea", 1, 900), currency="EUR")
    place(app, "4", 12, ("tea", 1, 500), status="cancelled")

    assert refresh_statistics(app, "ann") is True

    assert stats(app) == Statistics(
        orders=3,
        spent=3500,
        receipts=2,
        costed=1500,
        cost=600,
        first_order_at=START,
        last_order_at=START + timedelta(days=11),
        mean_gap_days=5.5,
        gap_variance=20.25,
        months=Months(last=2026 * 12 + 10, span=1, spent=(3500,)),
        categories={"Teas": 1462},  # 1000 of ten days before, and 500
        brands={"Assam & Co": 1462},
        other_currencies={"EUR": 900},
    )
    customer = app.customers.get("ann")
    assert customer is not None
    assert customer.stage == "client"


def test_a_return_takes_back_what_an_earlier_order_held(app):
    place(app, "1", 0, ("tea", 2, 500))
    place(app, "2", 5, ("tea", 3, 400))
    place(app, "C3", 6, ("tea", -4, 400))
    place(app, "4", 9, ("tea", 1, 450))

    refresh_statistics(app, "ann")

    assert stats(app) == Statistics(
        orders=2,
        spent=950,
        receipts=2,
        costed=950,
        cost=400,
        first_order_at=START,
        last_order_at=START + timedelta(days=9),
        mean_gap_days=9.0,
        months=Months(last=2026 * 12 + 10, span=1, spent=(950,)),
        categories={"Teas": 933},  # 500 of nine days before, and 450
        brands={"Assam & Co": 933},
    )


def test_a_return_that_was_cancelled_takes_nothing_back(app):
    place(app, "1", 0, ("tea", 2, 500))
    place(app, "C2", 6, ("tea", -2, 500), status="cancelled")

    refresh_statistics(app, "ann")

    assert (stats(app).orders, stats(app).spent) == (1, 1000)


def test_lines_are_read_only_for_customers_who_gave_something_back(app, monkeypatch):
    place(app, "1", 0, ("tea", 2, 500))
    monkeypatch.setattr(app.orders, "get_many", lambda _: pytest.fail("the lines were read"))

    refresh_statistics(app, "ann")

    assert stats(app).spent == 1000


def test_refreshing_again_writes_nothing(app):
    place(app, "1", 0, ("tea", 2, 500))
    refresh_statistics(app, "ann")
    before = app.customers.get("ann")

    assert refresh_statistics(app, "ann") is False

    assert app.customers.get("ann") == before


def test_a_customer_whom_only_orders_know_is_created_without_an_address(app):
    place(app, "1", 0, ("tea", 2, 500))
    del app.customers.items["ann"]

    assert refresh_statistics(app, "ann") is True

    customer = app.customers.get("ann")
    assert customer is not None
    assert (customer.email, customer.revision, customer.stats.orders) == (None, 1, 1)


def test_an_unknown_customer_without_orders_is_not_created(app):
    assert refresh_statistics(app, "nobody") is False

    assert app.customers.get("nobody") is None


def test_a_rival_that_writes_in_between_loses_nothing(app, monkeypatch):
    """A1: another refresh saw fewer orders; another use case changed the name."""
    place(app, "1", 0, ("tea", 2, 500))
    headers = app.orders.headers
    rivals = iter(["Ann", "Anna"])

    def with_rival(customer_id: str) -> Any:
        found = headers(customer_id)
        name = next(rivals, None)
        if name is not None:
            stored = app.customers.get("ann")
            assert stored is not None
            app.customers.put(replace(stored, first_name=name))
        return found

    monkeypatch.setattr(app.orders, "headers", with_rival)

    assert refresh_statistics(app, "ann") is True

    customer = app.customers.get("ann")
    assert customer is not None
    assert (customer.first_name, customer.stats.spent, customer.revision) == ("Anna", 1000, 4)


def test_a_customer_who_never_stands_still_is_given_up(app, monkeypatch):
    place(app, "1", 0, ("tea", 2, 500))
    monkeypatch.setattr(app.customers, "put_many", lambda customers: {customer.id for customer in customers})

    with pytest.raises(StaleRevision, match="1 customers kept changing"):
        refresh_many(app, ["ann", "nobody"])

    assert app.customers.get("ann") == Customer(id="ann", revision=1)


def test_a_rebuild_finds_what_the_stream_missed(app):
    """Invariant 14."""
    for number in range(250):
        place(app, f"o{number}", number % 9, ("tea", 1, 500), customer_id=f"c{number}")
    refresh_many(app, [f"c{number}" for number in range(100)])

    assert rebuild_statistics(app) == 150
    assert rebuild_statistics(app) == 0
    assert {stats(app, f"c{number}").orders for number in range(250)} == {1}
