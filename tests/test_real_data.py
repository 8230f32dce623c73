"""The public Online Retail data set goes in whole; every number equals a recount by plain csv, without our code."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.services.rebuild_statistics import rebuild_statistics
from tests.fakes import make_app
from tests.real_data import FILE, ORDERS, kept, read_content, recount
from tests.real_shop import real_shop
from tests.services.importing import counts, run_import, upload_file

LONDON = ZoneInfo("Europe/London")
pytestmark = [
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there; HABITUE_REAL_DATA names its folder"),
    pytest.mark.xdist_group("real data"),  # one process imports it once for all tests
]


def test_every_line_is_kept_or_refused_as_the_rules_say():
    shop = real_shop()
    app, rows, answer = shop.app, shop.rows, shop.answers["orders"]
    taken = [row for row in rows if kept(row)]
    refused = {line: row for line, row in enumerate(rows, start=2) if not kept(row)}

    assert answer["read"] == len(rows) == 320_705
    assert len({row["InvoiceNo"] for row in rows}) == 16_459
    assert counts(answer) == (len({row["InvoiceNo"] for row in taken}), 0, 0, len(refused)) == (13_842, 0, 0, 88_654)
    assert sum(len(order.lines) for order in app.orders.lines.values()) == len(taken) == 232_051
    assert {row["line"] for row in answer["rows"]} == set(refused)
    assert {row["column"] for row in answer["rows"] if refused[row["line"]]["CustomerID"]} == {"UnitPrice"}
    assert {row["column"] for row in answer["rows"] if not refused[row["line"]]["CustomerID"]} == {"CustomerID"}
    assert sum(1 for customer in app.customers.scan()) == len({row["CustomerID"] for row in taken}) == 3_360


def test_every_order_is_what_its_lines_say():
    app, rows = real_shop().app, real_shop().rows
    lines = defaultdict(list)
    for row in filter(kept, rows):
        lines[row["InvoiceNo"]].append(row)

    assert set(app.orders.lines) == set(lines)
    for number, order in app.orders.lines.items():
        said = lines[number]
        first = min(datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=LONDON) for row in said)
        assert {row["CustomerID"] for row in said} == {order.customer_id}
        assert order.placed_at == first
        assert sorted((line.sku, line.quantity, line.unit_price) for line in order.lines) == sorted(
            (row["StockCode"], int(row["Quantity"]), int(Decimal(row["UnitPrice"]) * 100)) for row in said
        )


def test_statistics_equal_a_recount_with_returns_taken_back():
    app, rows = real_shop().app, real_shop().rows

    found = {customer.id: (customer.stats.orders, customer.stats.spent) for customer in app.customers.scan()}

    assert found == recount(rows)
    assert sum(1 for orders, _ in found.values() if orders >= 3) > 1_000


@pytest.mark.slow
def test_the_same_file_again_changes_nothing():
    app = real_shop().app
    writes = app.orders.writes
    statistics = {customer.id: customer for customer in app.customers.scan()}

    assert counts(upload_file(app, "orders", read_content(), ORDERS)) == (0, 0, 13_842, 88_654)

    assert app.orders.writes == writes
    assert rebuild_statistics(app) == 0
    assert {customer.id: customer for customer in app.customers.scan()} == statistics


@pytest.mark.slow
def test_its_lines_in_reverse_give_the_same_statistics():
    app = real_shop().app
    header, *lines = read_content().decode().splitlines(keepends=True)
    other = make_app(products=app.products)

    assert counts(upload_file(other, "orders", "".join([header, *reversed(lines)]).encode(), ORDERS))[0] == 13_842

    rebuild_statistics(other)
    assert {c.id: c.stats for c in other.customers.scan()} == {c.id: c.stats for c in app.customers.scan()}


def test_its_customers_and_products_go_in_too():
    shop = real_shop()
    app, rows, customers, products = shop.app, shop.rows, shop.answers["customers"], shop.answers["products"]

    known = {row["CustomerID"] for row in rows if row["CustomerID"]}
    assert (customers["created"], customers["refused"]) == (len(known), 88_652)
    assert {customer.id for customer in app.customers.scan()} == known
    named = {row["StockCode"] for row in rows if row["Description"].strip()}
    assert products["created"] == len(named)
    assert {product.sku for product in app.products.all()} == named


def test_a_dry_run_counts_the_same_and_stores_nothing():
    app: Any = make_app()
    small = b"".join(read_content().splitlines(keepends=True)[:20_000])

    dry = run_import(app, "orders", small, ORDERS, dry_run=True)
    assert app.orders.writes == 0
    real = run_import(app, "orders", small, ORDERS)

    assert counts(dry) == counts(real)
    assert dry["rows"] == real["rows"]
