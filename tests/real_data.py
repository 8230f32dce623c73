"""The public Online Retail data set, and a recount of it by plain csv, without any of our code."""

import csv
import io
import lzma
import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("HABITUE_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))
FILE = FOLDER / "online_retail.csv.xz"
ORDERS = {
    "order_id": "InvoiceNo",
    "customer_id": "CustomerID",
    "placed_at": "InvoiceDate",
    "sku": "StockCode",
    "quantity": "Quantity",
    "unit_price": "UnitPrice",
}


def read_content() -> bytes:
    """The CSV file."""
    return lzma.decompress(FILE.read_bytes())


def read_rows() -> list[dict[str, str]]:
    """Every line by its columns; the first one is line 2 of the file."""
    return list(csv.DictReader(io.StringIO(read_content().decode(), newline="")))


def kept(row: dict[str, str]) -> bool:
    """Whether an import of orders keeps this line: it has a customer, and a price of 0 or of a whole penny."""
    return bool(row["CustomerID"]) and not 0 < Decimal(row["UnitPrice"]) < Decimal("0.01")


def recount(rows: list[dict[str, str]]) -> dict[str, tuple[int, int]]:
    """(orders that hold anything, pence they hold), by customer: lots of units that returns take from the newest on."""
    return {
        customer: (len({lot["invoice"] for lot in left}), sum(lot["units"] * lot["price"] for lot in left))
        for customer, left in lots_left(rows).items()
    }


def lots_left(rows: list[dict[str, str]]) -> dict[str, list[dict[str, Any]]]:
    """What the orders of each customer still hold: lots of `units` at a `price` of an `invoice` at a local time."""
    invoices: dict[str, dict[str, list[Any]]] = defaultdict(dict)
    for row in filter(kept, rows):
        at, lines = invoices[row["CustomerID"]].setdefault(row["InvoiceNo"], [row["InvoiceDate"], []])
        invoices[row["CustomerID"]][row["InvoiceNo"]][0] = min(at, row["InvoiceDate"])
        lines.append((row["StockCode"], int(row["Quantity"]), int(Decimal(row["UnitPrice"]) * 100)))
    return {customer: _left_of_one(found) for customer, found in invoices.items()}


def _left_of_one(invoices: dict[str, list[Any]]) -> list[dict[str, Any]]:
    lots = [
        {"at": at, "invoice": number, "sku": sku, "units": quantity, "price": price}
        for number, (at, lines) in invoices.items()
        for sku, quantity, price in lines
        if quantity > 0
    ]
    back = sorted(
        (at, number, sku, price, -quantity)
        for number, (at, lines) in invoices.items()
        for sku, quantity, price in lines
        if quantity < 0
    )
    for at, _, sku, price, units in back:
        wanted = units
        sources = [lot for lot in lots if lot["sku"] == sku and lot["at"] <= at]
        sources.sort(key=lambda lot: (lot["price"] == price, lot["price"]), reverse=True)
        sources.sort(key=lambda lot: (lot["at"], lot["invoice"]), reverse=True)
        for lot in sources:
            taken = min(lot["units"], wanted)
            lot["units"] -= taken
            wanted -= taken
    return [lot for lot in lots if lot["units"]]
