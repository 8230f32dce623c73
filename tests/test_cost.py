"""docs/cost.md says what a measuring run costs: counted requests of the sample shop, for a million customers."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.deploy.places import ROOT
from chalicelib.local.sample_shop import write_sample_shop
from chalicelib.ports import App
from chalicelib.services.rebuild_statistics import rebuild_statistics
from chalicelib.services.refresh_part import AT_ONCE
from chalicelib.services.start_measuring import start_measuring
from chalicelib.storage.catalog import CatalogTable
from chalicelib.storage.customers import CustomersTable
from tests.fakes import FixedClock, make_app
from tests.faults.ports import Fuse, behind
from tests.services.importing import upload_file
from tests.services.measuring import work_off_scans
from tests.storage.one_table import fresh_table

PAGE = ROOT / "docs" / "cost.md"
TODAY = date(2026, 11, 22)
MILLION = 1_000_000
CHANGED = 0.05  # of the customers get another class in a night
MILLISECONDS = 0.3  # of a function with 1 GiB, for one customer in one job
# US dollars in us-east-1, https://aws.amazon.com/dynamodb/pricing/on-demand/ https://aws.amazon.com/lambda/pricing/
READ_UNITS, WRITE_UNITS, GIB_SECONDS = 0.125 / MILLION, 0.625 / MILLION, 0.0000166667
_TABLE = re.compile(r"(<!-- counted -->\n).*?(\n<!-- end -->)", re.DOTALL)


@dataclass
class Meter:
    """Counts DynamoDB's requests by operation, and the units that they take."""

    requests: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)  # read units by operation, as if all were consistent
    customers: int = 0  # read by scans

    customer_writes: int = 0
    item_units: int = 1  # of a customer, to be written

    def watch(self, client: Any) -> None:
        """Look at each request of the client, and its answer."""
        client.meta.events.register("provide-client-params.dynamodb", self._asked)
        client.meta.events.register("after-call.dynamodb", self._answered)

    def leave(self, client: Any) -> None:
        """Look no more."""
        client.meta.events.unregister("provide-client-params.dynamodb", self._asked)
        client.meta.events.unregister("after-call.dynamodb", self._answered)

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.requests[model.name] += 1
        if model.name == "BatchExecuteStatement":  # only customers are written so
            self.customer_writes += len(params["Statements"]) * self.item_units

    def _answered(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name not in {"Scan", "Query", "GetItem"}:
            return
        items = parsed.get("Items", [parsed["Item"]] if "Item" in parsed else [])
        units = max(1, -(-sum(size_of(item) for item in items) // 4096))
        self.units[model.name] += units
        self.customers += len(items) if model.name == "Scan" else 0


def size_of(value: Any) -> int:
    """Bytes as DynamoDB counts them.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    if isinstance(value, dict) and len(value) == 1:
        [(kind, inner)] = value.items()
        if kind in {"S", "B"}:
            return len(inner.encode())
        if kind == "N":
            return len(inner.strip("-0.")) // 2 + 2
        if kind in {"BOOL", "NULL"}:
            return 1
        if kind == "M":
            return 3 + sum(len(name.encode()) + size_of(one) + 1 for name, one in inner.items())
        if kind in {"L", "SS"}:
            return 3 + sum(len(one.encode()) if kind == "SS" else size_of(one) + 1 for one in inner)
    return sum(len(name.encode()) + size_of(one) for name, one in value.items())


@dataclass(frozen=True, kw_only=True)
class Night:
    """What one run took."""

    meter: Meter
    other: Counter[str]  # calls of the other ports
    customers: int
    size: float  # bytes of a customer's item, on average


@pytest.fixture(scope="module")
def nights(emulator: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Night, Night]]:
    """The first run over the sample shop, which gives everybody a class, and one of a night without news."""
    app, client = _stocked(tmp_path_factory.mktemp("sample")), emulator.client("dynamodb")
    customers, catalog = (fresh_table(client, name) for name in ("Customers", "Catalog"))
    on_tables = replace(app, customers=CustomersTable(client, customers), catalog=CatalogTable(client, catalog))
    for document in app.catalog.items.values():  # type: ignore[attr-defined]
        if document.kind not in {"scan", "import"}:
            on_tables.catalog.put(replace(document, revision=0))
    people = list(app.customers.scan())
    on_tables.customers.create_many(people)
    first = _night(on_tables, client, people)
    app.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    second = _night(on_tables, client, people)
    yield first, second
    client.close()


def _stocked(folder: Path) -> App:
    app = make_app(clock=FixedClock(datetime(2026, 11, 22, 3, tzinfo=UTC)))
    shop = write_sample_shop(folder, today=TODAY, customers=400)
    for kind in ("products", "customers", "orders"):
        upload_file(app, kind, getattr(shop, f"{kind}_csv").read_bytes())
    rebuild_statistics(app)
    app.queue.take("scan")  # type: ignore[attr-defined]
    return app


def _night(app: App, client: Any, people: list[Any]) -> Night:
    sizes = [size_of(item) for item in _items(client, app)]
    meter, fuse = Meter(item_units=round(sum(-(-size // 1024) for size in sizes) / len(sizes))), Fuse()
    watched = behind(fuse, app)
    meter.watch(client)
    start_measuring(watched)
    work_off_scans(watched)
    meter.leave(client)
    tables = ("customers", "catalog")
    others = Counter(name for name in fuse.calls if not name.startswith(tables) and name != "queue.take")
    return Night(meter=meter, other=others, customers=len(people), size=sum(sizes) / len(sizes))


def _items(client: Any, app: App) -> list[dict[str, Any]]:
    pages = client.get_paginator("scan").paginate(TableName=app.customers._table)  # type: ignore[attr-defined]
    return [item for page in pages for item in page["Items"]]


def _counted(nights: tuple[Night, Night]) -> str:
    """The table of docs/cost.md."""
    first, other = nights
    rows = [
        ("reads of customers by three scans, read units", _scans(other), READ_UNITS),
        ("reads of rules and norms, read units", _rules(other), READ_UNITS),
        (f"writes of the {CHANGED:.0%} whose class changed, write units", CHANGED * _writes(first), WRITE_UNITS),
        ("functions, GiB seconds", 3 * MILLION * MILLISECONDS / 1000, GIB_SECONDS),
    ]
    lines = [f"| {what} | {count:,.0f} | ${count * price:.3f} |" for what, count, price in rows]
    night = sum(count * price for _, count, price in rows)
    begin = _writes(first) * WRITE_UNITS * (1 - CHANGED)
    return "\n".join(
        [
            "| for a million customers | number | US dollars |",
            "|---|---|---|",
            *lines,
            f"| **one night** | | **${night:.2f}** |",
            f"| **30 nights** | | **${30 * night:.2f}** |",
            f"| the very first run writes everybody, more by | {_writes(first) * (1 - CHANGED):,.0f} | ${begin:.2f} |",
        ]
    )


def _scans(night: Night) -> float:
    """Read units of three whole scans, 4 KB for half a unit."""
    return round(3 * MILLION * night.size / 4096 / 2, -3)


def _rules(night: Night) -> float:
    """Read units of the rules (a query) and the norms (one item), once for every page of the refresh."""
    rules = night.meter.units["Query"] / night.meter.requests["Query"]
    return round((rules + 1) * MILLION / AT_ONCE, -3)


def _writes(night: Night) -> float:
    """Write units for everybody."""
    return round(night.meter.customer_writes / night.customers * MILLION, -3)


def test_the_page_says_what_was_counted(nights):
    if os.environ.get("HABITUE_GOLDEN") == "write":
        PAGE.write_text(_TABLE.sub(rf"\g<1>{_counted(nights)}\g<2>", PAGE.read_text()))

    found = _TABLE.search(PAGE.read_text())
    assert found is not None
    assert found[0] == f"{found[1]}{_counted(nights)}{found[2]}"


def test_each_job_reads_every_customer_once_and_no_order(nights):
    for night in nights:
        assert night.meter.customers == 3 * night.customers
        assert [name for name in night.other if name.startswith(("orders", "events", "mailboxes"))] == []


def test_rules_are_read_once_for_a_page_and_a_few_times_a_part(nights):
    for night in nights:
        pages = 4 * (night.customers // 4 // AT_ONCE + 1)
        assert night.meter.requests["Query"] <= pages + 4 * 4


def test_a_night_in_which_nothing_changed_writes_no_customer(nights):
    first, other = nights

    assert first.meter.customer_writes >= first.customers * 0.9
    assert other.meter.customer_writes <= other.customers * 0.1


def test_a_customer_stays_near_a_kilobyte(nights):
    assert nights[1].size < 1100


def test_files_and_messages_do_not_grow_with_the_customers(nights):
    """For each part and job: a file that is looked for, made, and read at the end; and its messages."""
    for night in nights:
        assert night.other["files.create"] == 2 * 4
        assert night.other["files.get"] <= 4 * 2 * 4
        assert night.other["queue.send"] == 3
