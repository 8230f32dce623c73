"""A real shop's nine months through the packaged stack: every line accounted for, its regulars found and mailed."""

import csv
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import fmean, pvariance
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.client.imports import import_csv, refused_rows
from chalicelib.local.session import MINISTACK_PYTHON, LocalOptions, LocalStack, start_local_stack
from chalicelib.storage.customers import CustomersTable
from tests.journeys.storefront import Json, Storefront, open_shop
from tests.journeys.worker_processes import worker_processes
from tests.real_data import FILE, ORDERS, kept, lots_left, read_content, read_rows, recount

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there; HABITUE_REAL_DATA names its folder"),
    pytest.mark.skipif(not MINISTACK_PYTHON.exists(), reason=f"{MINISTACK_PYTHON} is missing: run `make setup`"),
    pytest.mark.xdist_group("real data"),
]
SECONDS = 300  # for the whole data set, its statistics included
ALL = 320_705  # rows
MIB = 1 << 20
IMPORTERS = ("StartImport", "ImportPart")
LONDON = ZoneInfo("Europe/London")
AFTER = datetime(2011, 9, 1, 8, tzinfo=UTC)  # the day after the last order

Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class RealShop:
    """The stack with the data in it, and what was seen on the way."""

    shop: Storefront
    rows: Rows
    part: Rows  # what went in first
    reports: dict[str, Json]  # by what was imported
    peaks: dict[str, dict[str, int]]  # bytes of memory by function, by what was imported
    seconds: float


@pytest.fixture(scope="module", params=["a tenth", pytest.param("all", marks=pytest.mark.slow)])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealShop]:
    """A stack of its own: thousands of customers would get into other journeys' way.

    A tenth of the rows goes in first, then all of them. So the second import meets orders that are there already, and
    the memory of both can be compared.
    """
    rows, folder = read_rows(), tmp_path_factory.mktemp("real")
    rows = rows if request.param == "all" else rows[: _end_of_an_invoice(rows)]
    part = rows[: _end_of_an_invoice(rows)]
    files = {"whole": rows, "part": part, "customers": [_customer(number) for number in sorted(_known(rows))]}
    for name, content in files.items():
        _write(folder / f"{name}.csv", content)
    if request.param == "all":
        (folder / "whole.csv").write_bytes(read_content())  # as it was published
    with start_local_stack(LocalOptions(port=0, state_dir=folder / "stack", now=AFTER)) as stack:
        shop = open_shop(stack)
        started, reports, peaks = time.monotonic(), {}, {}
        products = {"sku": "StockCode", "name": "Description"}
        reports["products"] = import_csv(shop.client, "products", folder / "whole.csv", products)
        for name in ("part", "whole"):
            reports[name] = import_csv(shop.client, "orders", folder / f"{name}.csv", ORDERS)
            peaks[name] = _peaks(stack)
        shop.settle()
        seconds = time.monotonic() - started
        reports["customers"] = import_csv(shop.client, "customers", folder / "customers.csv")
        shop.settle()
        yield RealShop(shop, rows, part, reports, peaks, seconds)


def _end_of_an_invoice(rows: Rows) -> int:
    """The first place after a tenth of the rows where no invoice goes on."""
    last = {row["InvoiceNo"]: place for place, row in enumerate(rows)}
    open_until = 0
    for place, row in enumerate(rows):
        if place >= len(rows) // 10 and place > open_until:
            return place
        open_until = max(open_until, last[row["InvoiceNo"]])
    raise AssertionError("no place without an open invoice")


def _write(file: Path, rows: Rows) -> None:
    with file.open("w", newline="") as content:
        writer = csv.DictWriter(content, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _known(rows: Rows) -> set[str]:
    return {row["CustomerID"] for row in rows if row["CustomerID"]}


def _choice(number: str) -> str:
    """What a customer says about mail, by a hash of the number: half consent, a quarter left, a quarter is silent."""
    return ("granted", "granted", "withdrawn", "")[sha256(number.encode()).digest()[0] % 4]


def _address(number: str) -> str:
    return f"{sha256(number.encode()).hexdigest()[:16]}@example.com"


def _customer(number: str) -> dict[str, str]:
    status = _choice(number)
    row = {"id": number, "email": _address(number), "consent.status": status}
    return {**row, "consent.at": "2011-08-31T12:00:00Z" if status else "", "consent.source": "till" if status else ""}


def _peaks(stack: LocalStack) -> dict[str, int]:
    """The most memory that any process of each import function has held so far, in bytes."""
    found = dict.fromkeys(IMPORTERS, 0)
    for _, command, status in worker_processes(stack):
        for name in IMPORTERS:
            if f"-{name}-" in command:
                found[name] = max(found[name], int(status["VmHWM"].split()[0]) * 1024)
    return found


def test_every_line_is_kept_or_refused_and_every_customer_and_product_is_there(real: RealShop) -> None:
    """Of all 16,459 invoices: the counts of an independent recount."""
    numbers = len(real.rows), len({row["InvoiceNo"] for row in real.rows})
    assert numbers == (ALL, 16_459) or numbers[0] < ALL // 8
    refused = [line for line, row in enumerate(real.rows, start=2) if not kept(row)]
    invoices, of_part = ({row["InvoiceNo"] for row in rows if kept(row)} for rows in (real.rows, real.part))

    whole, part = real.reports["whole"], real.reports["part"]
    assert (whole["read"], whole["refused"]) == (len(real.rows), len(refused))
    assert len(refused) == 88_654 or len(real.rows) < ALL
    assert (part["created"], part["refused"]) == (len(of_part), sum(not kept(row) for row in real.part))
    # What went in with the tenth is there already: the same orders again are unchanged.
    assert (whole["created"], whole["updated"], whole["unchanged"]) == (len(invoices - of_part), 0, len(of_part))
    assert sorted(row["line"] for row in refused_rows(real.shop.client, whole["id"])) == refused
    assert real.reports["products"]["created"] == len(
        {row["StockCode"] for row in real.rows if row["Description"].strip()}
    )
    buyers = {row["CustomerID"] for row in real.rows if kept(row)}
    customers = real.reports["customers"]
    assert (customers["created"], customers["updated"]) == (len(_known(real.rows) - buyers), len(buyers))
    assert {customer.id for customer in _stored(real)} == _known(real.rows)
    assert real.shop.dead_letters() == {}


def test_the_statistics_equal_a_recount_with_returns_taken_back(real: RealShop) -> None:
    """Invariant 14."""
    found = {c.id: (c.stats.orders, c.stats.spent) for c in _stored(real) if c.stats.orders or c.stats.spent}

    assert found == {number: counted for number, counted in recount(real.rows).items() if counted[0]}


def test_it_took_less_than_five_minutes_in_flat_memory(real: RealShop) -> None:
    assert real.seconds < SECONDS
    for name in IMPORTERS:
        after_a_tenth, at_the_end = real.peaks["part"][name], real.peaks["whole"][name]
        assert 0 < after_a_tenth <= at_the_end < 160 * MIB
        assert at_the_end - after_a_tenth < 24 * MIB  # of all the rows: for ten times the file, 25 MB more of it


def test_the_regulars_are_those_who_buy_on_a_rhythm(real: RealShop) -> None:
    wanted = _regulars(real.rows)

    assert wanted == set(_members(real))
    assert real.shop.call("GET", "/segments/regulars/count")["count"] == len(wanted) > 0
    assert len(wanted) > 500 or len(real.rows) < ALL


def _stored(real: RealShop) -> list[Any]:
    stack = real.shop.stack
    return list(CustomersTable(stack.client("dynamodb"), stack.environment["CUSTOMERS_TABLE"]).scan())


def _members(real: RealShop) -> Iterator[str]:
    cursor = ""
    while True:
        page = real.shop.call("GET", f"/segments/regulars/members?limit=1000{cursor}")
        yield from page["members"]
        if not page.get("next"):
            return
        cursor = f"&cursor={page['next']}"


def _regulars(rows: Rows) -> set[str]:
    """Four orders or more that still hold something, whose gaps scatter no more than their mean."""
    found = set()
    for number, lots in lots_left(rows).items():
        invoices = {lot["invoice"]: datetime.fromisoformat(lot["at"]).replace(tzinfo=LONDON) for lot in lots}
        times = sorted({at.timestamp() / 86_400 for at in invoices.values()})
        gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
        if len(invoices) >= 4 and len(gaps) >= 2 and pvariance(gaps) ** 0.5 <= fmean(gaps):
            found.add(number)
    return found


def test_an_exclusive_offer_reaches_exactly_the_regulars_who_consent(real: RealShop) -> None:
    """C7, invariants 2, 3 and 9."""
    regulars = _regulars(real.rows)
    offer = {"benefit": {"kind": "percent", "percent": 20}, "validity": {"days_from_issue": 21}}
    real.shop.call("PUT", "/offers/autumn", offer)

    real.shop.launch("autumn", "regulars", template="exclusive-offer", offer="autumn")

    consenting = sorted(_address(number) for number in regulars if _choice(number) == "granted")
    assert consenting
    assert real.shop.receivers("c.autumn") == consenting
    report = real.shop.report("autumn")
    assert (report["planned"], report["sent"], report["unknown"]) == (len(regulars), len(consenting), 0)
    reasons = Counter({"withdrawn": "unsubscribed", "": "no_consent"}.get(_choice(number)) for number in regulars)
    assert report["skipped"] == {reason: count for reason, count in reasons.items() if reason}


def test_the_same_file_again_changes_nothing(real: RealShop, tmp_path: Path) -> None:
    """Invariant 14."""
    file = tmp_path / "whole.csv"
    _write(file, real.rows)
    before = {customer.id: customer.stats for customer in _stored(real)}

    again = import_csv(real.shop.client, "orders", file, ORDERS)
    real.shop.settle()

    assert (again["created"], again["updated"], again["unchanged"]) == (
        0,
        0,
        len({row["InvoiceNo"] for row in real.rows if kept(row)}),
    )
    assert {customer.id: customer.stats for customer in _stored(real)} == before
