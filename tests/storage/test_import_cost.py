"""What an import of a million rows asks of DynamoDB: counted over a thousand, and told in docs/importing.md.

Prices on demand in us-east-1 (https://aws.amazon.com/dynamodb/pricing/on-demand/): a million write units $0.625, a
million read units $0.125. A write unit is a kilobyte of one item or index entry; a read unit a consistent read of 4 KB.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.deploy.places import ROOT
from chalicelib.storage.customers import CustomersTable
from chalicelib.storage.mailboxes import MailboxesTable
from chalicelib.storage.orders import OrdersTable
from chalicelib.storage.products import ProductsTable
from tests.fakes import make_app
from tests.infra import tables
from tests.services.import_bench import rows
from tests.services.importing import run_import

ROWS = 1_000
WRITE, READ = 0.625, 0.125  # dollars a million units


class Asked:
    """What was asked of DynamoDB."""

    def __init__(self, names: dict[str, str]) -> None:
        self.requests: Counter[str] = Counter()
        self.writes = 0  # units
        self.reads = 0
        self._indexes = {
            names[logical]: [
                index["KeySchema"][0]["AttributeName"] for index in table.get("GlobalSecondaryIndexes", ())
            ]
            for logical, table in tables().items()
        }

    def see(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """One request."""
        self.requests[model.name] += 1
        for table in params.get("RequestItems", {}).values():
            self.reads += len(table["Keys"])
        for statement in params.get("Statements", ()):
            self._statement(statement["Statement"], statement["Parameters"])

    def _statement(self, text: str, parameters: list[Any]) -> None:
        [table] = re.findall(r'^(?:INSERT INTO|UPDATE) "([^"]+)"', text)
        assert sum(len(str(value)) for value in parameters) < 1_000, "an item of more than a kilobyte costs more"
        entries = self._indexes[table] if text.startswith("INSERT") else []  # what an index holds is not changed here
        self.writes += 1 + sum(f"'{name}'" in text for name in entries)

    @property
    def dollars(self) -> float:
        """For a million rows like these."""
        return (self.writes * WRITE + self.reads * READ) / ROWS


@pytest.fixture
def shop(ministack):
    client = ministack.client("dynamodb")
    return (
        client,
        dict(ministack.tables),
        make_app(
            customers=CustomersTable(client, ministack.tables["Customers"]),
            mailboxes=MailboxesTable(client, ministack.tables["Mailboxes"]),
            orders=OrdersTable(client, ministack.tables["Orders"]),
            products=ProductsTable(client, ministack.tables["Products"]),
        ),
    )


@contextmanager
def asked(client: Any, names: dict[str, str]) -> Iterator[Asked]:
    found = Asked(names)
    client.meta.events.register("provide-client-params.dynamodb", found.see)
    try:
        yield found
    finally:
        client.meta.events.unregister("provide-client-params.dynamodb", found.see)


def row_of(what: str, found: Asked) -> str:
    requests = sum(found.requests.values()) / ROWS
    return (
        f"| {what} | {requests * 1_000_000:,.0f} | {found.writes / ROWS:.2f} | {found.reads / ROWS:.2f} "
        f"| ${found.dollars:.2f} |"
    )


def test_the_cost_of_a_million_rows_is_what_the_documentation_says(shop):
    client, names, app = shop
    told = []
    new = "".join(rows("customers", ROWS))
    for kind, what, csv in (
        ("customers", "customers, all new", new),
        ("customers", "customers, nothing new", new),
        ("customers", "customers, all changed", new.replace(",Ann,", ",Anna,")),
        ("orders", "order lines, four an order of a new customer", "".join(rows("orders", ROWS))),
        ("orders", "order lines, nothing new", "".join(rows("orders", ROWS))),
    ):
        with asked(client, names) as found:
            answer = run_import(app, kind, csv)
        assert answer["refused"] == 0
        assert set(found.requests) <= {"BatchExecuteStatement", "BatchGetItem"}, "nothing goes one by one"
        told.append(row_of(what, found))

    print("\n".join(told))  # noqa: T201 - to be copied
    text = (ROOT / "docs" / "importing.md").read_text()
    assert [line for line in told if line not in text] == []
