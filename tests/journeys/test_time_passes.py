"""Time alone moves people between segments on the packaged stack: kept names flip by the tick of their moment."""

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.storefront import Storefront, basket

pytestmark = pytest.mark.stack
BOUGHT = {"field": "orders.count", "op": ">=", "value": 1, "within": "6h"}
CALM = {
    "all": [
        {"field": "events.visit", "op": "=", "value": 0, "within": "6h"},
        {"field": "events.visit", "op": ">", "value": 0},
    ]
}
NAMES = ("passing-bought", "passing-calm", "passing-both")


def kept(shop: Storefront, customer_id: str) -> tuple[set[str], bool]:
    """The names that lie in the customer's item, of the segments of this journey; whether it stands in the index."""
    [item] = [item for item in shop.items("Customers") if item["id"]["S"] == customer_id]
    names = {name["S"] for name in item.get("segments", {"L": []})["L"]}
    return names & set(NAMES), "flip_shard" in item


def counts(shop: Storefront) -> list[int]:
    return [shop.call("GET", f"/segments/{name}/count")["count"] for name in NAMES]


def test_people_move_between_segments_as_time_passes_and_nothing_else_happens(shop: Storefront) -> None:
    buyer, visitor = shop.people("passing", 2)
    now = shop.stack.clock.now()
    ago = (now - timedelta(hours=5)).isoformat()
    shop.call("POST", "/orders", {**basket("passing-1"), "customer_id": buyer, "placed_at": ago})
    event = {"event_id": "passing-1", "customer_id": visitor, "name": "visit", "at": ago}
    shop.call("POST", "/events", event)
    shop.settle()
    segments: list[Any] = [BOUGHT, CALM, {"any": [{"field": "segment", "op": "in", "value": list(NAMES[:2])}]}]
    for name, rule in zip(NAMES, segments, strict=True):
        shop.call("PUT", f"/segments/{name}", {"rule": rule})
    assert counts(shop) == [1, 0, 1]  # at once, while the rebuild is under way

    shop.settle()
    assert kept(shop, buyer) == ({"passing-bought", "passing-both"}, True)
    assert kept(shop, visitor) == (set(), True)

    shop.stack.move_clock(now + timedelta(minutes=58))
    shop.settle()
    assert kept(shop, buyer)[0] == {"passing-bought", "passing-both"}
    assert counts(shop) == [1, 0, 1]

    shop.stack.move_clock(now + timedelta(minutes=61))
    shop.settle()
    assert kept(shop, buyer) == (set(), False)
    assert kept(shop, visitor) == ({"passing-calm", "passing-both"}, False)
    assert counts(shop) == [0, 1, 1]
    told = shop.call("GET", f"/segments/passing-calm/explain?customer_id={visitor}")
    assert told == {
        "member": True,
        "because": [
            {"condition": "the number of 'visit' events in the last 6 hours is 0", "holds": True, "found": 0},
            {"condition": "the number of 'visit' events is above 0", "holds": True, "found": 1},
        ],
    }
    assert shop.dead_letters() == {}
