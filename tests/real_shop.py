"""The public Online Retail data set, imported whole into a shop in memory, once a process."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from chalicelib.services.rebuild_statistics import rebuild_statistics
from chalicelib.services.start_measuring import start_measuring
from tests.analyses_by_pandas import brand_of, category_of, cost_of, wallet_of
from tests.fakes import FixedClock, make_app
from tests.real_data import ORDERS, read_content, read_rows
from tests.services.importing import upload_file
from tests.services.measuring import work_off_scans

# The day after the last one of the file, at three in London, when a shop is measured.
NOW = pd.Timestamp("2011-09-01T02:00:00Z")


@dataclass(frozen=True, slots=True)
class RealShop:
    """The shop, the rows of the file, and what the imports of the file answered, by kind."""

    app: Any  # an `App` over ports in memory
    rows: list[dict[str, str]]
    answers: dict[str, dict[str, Any]]


@cache
def real_shop() -> RealShop:
    """Customers, products and orders of the file; then invented costs and answers to a survey; measured once."""
    app, rows, content = make_app(clock=FixedClock(NOW.to_pydatetime())), read_rows(), read_content()
    answers = {
        "customers": upload_file(app, "customers", content, {"id": "CustomerID", "country": "Country"}),
        "products": upload_file(app, "products", content, {"sku": "StockCode", "name": "Description"}),
    }
    upload_file(app, "products", _products(rows))
    answers["orders"] = upload_file(app, "orders", content, ORDERS)
    upload_file(app, "customers", _survey(rows))
    rebuild_statistics(app)
    start_measuring(app)
    work_off_scans(app)
    return RealShop(app, rows, answers)


def _products(rows: list[dict[str, str]]) -> bytes:
    lines = ["sku,category,brand,cost"]
    for sku in sorted({row["StockCode"] for row in rows}):
        cost = cost_of(sku)
        lines.append(f"{sku},{category_of(sku)},{brand_of(sku)},{'' if cost is None else cost / 100}")
    return "\n".join(lines).encode()


def _survey(rows: list[dict[str, str]]) -> bytes:
    asked = {customer: wallet_of(customer) for customer in {row["CustomerID"] for row in rows} if customer}
    lines = [f"{customer},{share}" for customer, share in sorted(asked.items()) if share is not None]
    return "\n".join(["id,attributes.share_of_wallet", *lines]).encode()
