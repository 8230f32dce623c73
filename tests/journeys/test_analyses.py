"""A measuring run of the packaged application: every customer gets a class, reports are kept, rules see both."""

import pytest

from tests.journeys.storefront import Json, Storefront, as_csv

pytestmark = pytest.mark.stack


def _orders(customers: int = 5) -> list[dict[str, str]]:
    """Customer n has n + 1 orders, a month apart, the last one in May."""
    return [
        {
            "order_id": f"meas-{customer}-{number}",
            "customer_id": f"meas-{customer}",
            "placed_at": f"2026-0{5 - number}-1{customer}T10:00:00Z",
            "sku": "meas-tea",
            "quantity": str(customer + 1),
            "unit_price": "10.00",
        }
        for customer in range(customers)
        for number in range(customer + 1)
    ]


def _analyses(shop: Storefront, customer: int) -> Json:
    found: Json = shop.call("GET", f"/customers/meas-{customer}")["analyses"]
    return found


def test_a_shop_is_measured_and_every_buyer_gets_a_class(shop: Storefront) -> None:
    """M3, M4, M5, with every function's policy enforced."""
    product = {"name": "Tea", "category": "Teas", "brand": "Kyoto Leaf", "cost": 400}
    shop.call("PUT", "/products/meas-tea", product)
    shop.imported("orders", as_csv(_orders()))
    # Other lines are drawn at once: the next tick begins a run.
    shop.call("PUT", "/shop", {"analyses": {"active_months": 4}})
    shop.settle()

    found = [_analyses(shop, customer) for customer in range(5)]
    assert [one["gross_profit"]["amount"] for one in found] == [600 * (n + 1) ** 2 for n in range(5)]
    assert [one["top_brands"] for one in found] == [["Kyoto Leaf"]] * 5
    assert all(one["rfm"] and one["abc"] and one["opportunity"] for one in found)
    assert found[4]["rfm"][1:] >= found[0]["rfm"][1:]

    kept = [item for item in shop.items("Catalog") if item["kind"]["S"] == "report"]
    assert {"*", "regulars", "lapsing"} <= {item["name"]["S"] for item in kept}
    months = shop.call("GET", "/reports/retention")
    assert months["active_months"] == 4
    assert {row["month"] for row in months["months"]} >= {"2026-01", "2026-02", "2026-03", "2026-04", "2026-05"}
    for name in ("stages", "rfm", "abcxyz", "ltv"):
        assert shop.call("GET", f"/reports/{name}?segment=regulars")["segment"] == "regulars"
    shop.call("PUT", "/shop", {"analyses": None})
