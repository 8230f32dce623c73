"""The analyses of random shops equal a recomputation by pandas that calls none of our code.

The tables of exact cases stand beside the rules: tests/domain/test_rfm.py, test_abcxyz.py, test_retention.py ...
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.domain.lifetime import lifetime
from chalicelib.domain.products import Product
from chalicelib.ports import App
from chalicelib.services.place_order import place_order
from chalicelib.services.put_customer import put_customer
from chalicelib.services.rebuild_statistics import rebuild_statistics
from chalicelib.services.show_report import show_report
from chalicelib.services.start_measuring import start_measuring
from tests.analyses_by_pandas import Analyses, analyse, brand_of, category_of, cost_of, frame, wallet_of
from tests.fakes import FixedClock, make_app
from tests.fakes.products import MemoryProducts
from tests.real_data import lots_left
from tests.services.measuring import work_off_scans

LONDON = ZoneInfo("Europe/London")
NOW = pd.Timestamp("2011-09-20T12:00:00Z")
FIRST = datetime(2009, 11, 2, 9, 30)  # noqa: DTZ001 - local time, as it stands in the file
SKUS = ("1A", "1B", "2A", "2C", "3D", "4E", "5F")

lines = st.lists(
    st.tuples(st.sampled_from(SKUS), st.integers(-3, 6).filter(bool), st.integers(0, 2000)), min_size=1, max_size=3
)
orders = st.tuples(st.integers(0, 5), st.integers(0, 685), st.integers(0, 800), lines)  # customer, day, minute, lines


def _rows(shop: list[Any]) -> list[dict[str, str]]:
    """As the file of the public data set has them."""
    return [
        {
            "InvoiceNo": f"i{number}",
            "CustomerID": f"c{customer}",
            "InvoiceDate": (FIRST + timedelta(days=day, minutes=minute)).isoformat(sep=" "),
            "StockCode": sku,
            "Quantity": str(quantity),
            "UnitPrice": f"{pence // 100}.{pence % 100:02}",
        }
        for number, (customer, day, minute, said) in enumerate(shop)
        for sku, quantity, pence in said
    ]


def _measured(rows: list[dict[str, str]]) -> App:
    products = MemoryProducts()
    for sku in SKUS:
        category, brand = category_of(sku), brand_of(sku)
        products.put(Product(sku=sku, name=sku, category=category, brand=brand, cost=cost_of(sku)))
    app = make_app(clock=FixedClock(NOW.to_pydatetime()), products=products)
    invoices: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        invoices[row["InvoiceNo"]].append(row)
    for number, said in invoices.items():
        place_order(app, _order(number, said))
    for customer in {row["CustomerID"] for row in rows}:
        put_customer(app, customer, {"attributes": {"share_of_wallet": wallet_of(customer)}})
    rebuild_statistics(app)
    start_measuring(app)
    work_off_scans(app)
    return app


def _order(number: str, said: list[dict[str, str]]) -> dict[str, Any]:
    placed = datetime.fromisoformat(said[0]["InvoiceDate"]).replace(tzinfo=LONDON)
    return {
        "order_id": number,
        "customer_id": said[0]["CustomerID"],
        "placed_at": placed.isoformat(),
        "lines": [
            {
                "sku": row["StockCode"],
                "quantity": int(row["Quantity"]),
                "unit_price": int(row["UnitPrice"].replace(".", "")),
            }
            for row in said
        ],
    }


@settings(max_examples=25, deadline=None)
@given(shop=st.lists(orders, min_size=1, max_size=25))
def test_random_shops_are_analysed_as_pandas_does(shop):
    _compare(shop)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(shop=st.lists(orders, min_size=1, max_size=40))
def test_many_random_shops_are_analysed_as_pandas_does(shop):
    _compare(shop)


def _compare(shop: list[Any]) -> None:
    rows = _rows(shop)
    held = frame(lots_left(rows))
    assume(len(held) > 0)
    expected, app = analyse(held, NOW), _measured(rows)
    buyers = {customer.id: customer for customer in app.customers.scan() if customer.stats.orders}

    assert {id_: _found(customer) for id_, customer in buyers.items()} == {
        row.Index: _wanted(row) for row in expected.customers.itertuples()
    }
    _compare_retention(app, expected)
    _compare_ltv(app, expected.customers)


def _found(customer: Any) -> tuple[Any, ...]:
    stats, classes = customer.stats, customer.classes
    sums = (stats.orders, stats.spent, stats.costed, stats.cost, lifetime(stats).months)
    return sums, customer.stage, classes.rfm, classes.abc, classes.xyz, stats.top_categories, stats.top_brands


def _wanted(row: Any) -> tuple[Any, ...]:
    sums = (row.orders, row.spent, row.costed, row.cost, row.months)
    classes = [None if pd.isna(name) else name for name in (row.abc, row.xyz)]
    tastes = [() if isinstance(names, float) else names for names in (row.categories, row.brands)]
    return sums, row.stage, row.rfm, *classes, *tastes


def _compare_retention(app: App, expected: Analyses) -> None:
    report = show_report(app, "retention")
    found = [(row["start"], row["end"], row["gained"], row["first"], row["crr"]) for row in report["months"]]
    assert found == [
        (row.start, row.end, row.gained, row.first, None if pd.isna(row.crr) else row.crr)
        for row in expected.periods.itertuples()
    ]
    cohorts = [(row["customers"], row["bought"], row["active"]) for row in report["cohorts"]]
    assert cohorts == list(expected.cohorts[["size", "bought", "active"]].itertuples(index=False, name=None))


def _compare_ltv(app: App, people: pd.DataFrame) -> None:
    report, whole = show_report(app, "ltv"), people[["orders", "spent", "costed", "cost", "months"]].sum()
    assert report["purchases_a_month"] == round(whole.orders / whole.months, 4)
    assert report["active_months"] == round(whole.months / len(people), 4)
    if not whole.costed:
        assert (report["profit_share"], report["ltv"]) == (None, None)
        return
    share = (whole.costed - whole.cost) / whole.costed
    factors = (whole.spent / whole.orders) * (whole.orders / whole.months) * share * (whole.months / len(people))
    assert report["profit_share"] == round(share, 4)
    assert abs(report["ltv"]["amount"] - factors) <= 0.500001
