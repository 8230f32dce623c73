"""The public Online Retail data set through the packaged stack: upload, split, parts, stream, statistics."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.client.api import Client
from chalicelib.client.imports import import_csv, refused_rows
from chalicelib.local.first_shop import complete_shop
from chalicelib.local.session import MINISTACK_PYTHON, LocalOptions, LocalStack, start_local_stack
from chalicelib.storage.customers import CustomersTable
from tests.real_data import FILE, ORDERS, kept, read_content, read_rows, recount

pytestmark = [
    pytest.mark.slow,
    pytest.mark.stack,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there; HABITUE_REAL_DATA names its folder"),
    pytest.mark.skipif(not MINISTACK_PYTHON.exists(), reason=f"{MINISTACK_PYTHON} is missing: run `make setup`"),
    pytest.mark.xdist_group("real data"),
]
SECONDS = 300
KINDS = {
    "customers": {"id": "CustomerID", "country": "Country"},
    "products": {"sku": "StockCode", "name": "Description"},
    "orders": ORDERS,
}


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack of its own: thousands of customers would get into other tests' way."""
    with start_local_stack(LocalOptions(port=0, state_dir=tmp_path_factory.mktemp("stack"))) as started:
        complete_shop(Client(url=started.url, key=started.api_key), started.url)
        yield started


def test_the_whole_data_set_goes_in_with_its_statistics(own_stack: LocalStack, tmp_path: Path) -> None:
    file = tmp_path / "online_retail.csv"
    file.write_bytes(read_content())
    rows = read_rows()
    client = Client(url=own_stack.url, key=own_stack.api_key)

    started = time.monotonic()
    found = {kind: import_csv(client, kind, file, mapping) for kind, mapping in KINDS.items()}
    _settle(own_stack, started + SECONDS)
    took = time.monotonic() - started

    refused = [line for line, row in enumerate(rows, start=2) if not kept(row)]
    assert took < SECONDS
    assert found["orders"]["created"] == len({row["InvoiceNo"] for row in rows if kept(row)})
    assert found["orders"]["refused"] == len(refused)
    assert found["customers"]["created"] == len({row["CustomerID"] for row in rows if row["CustomerID"]})
    assert found["products"]["created"] == len({row["StockCode"] for row in rows if row["Description"].strip()})
    assert sorted(row["line"] for row in refused_rows(client, found["orders"]["id"])) == refused
    assert _statistics(own_stack) == recount(rows)


def test_the_same_orders_again_change_nothing(own_stack: LocalStack, tmp_path: Path) -> None:
    file = tmp_path / "online_retail.csv"
    file.write_bytes(read_content())
    before = _statistics(own_stack)

    again = import_csv(Client(url=own_stack.url, key=own_stack.api_key), "orders", file, ORDERS)
    _settle(own_stack, time.monotonic() + SECONDS)

    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 13_842)
    assert _statistics(own_stack) == before


def _settle(stack: LocalStack, deadline: float) -> None:
    while not (state := stack.idle()).idle:
        assert time.monotonic() < deadline, state


def _statistics(stack: LocalStack) -> dict[str, tuple[int, int]]:
    customers: Any = CustomersTable(stack.client("dynamodb"), stack.environment["CUSTOMERS_TABLE"]).scan()
    return {customer.id: (customer.stats.orders, customer.stats.spent) for customer in customers}
