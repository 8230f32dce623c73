"""The same orders twice, shuffled, streamed again: the same statistics. Of a bad file, what was good is kept."""

from hashlib import sha256
from typing import Any

import pytest

from tests.journeys.storefront import Json, Storefront, as_csv

pytestmark = pytest.mark.stack
SKUS = ("CB-101", "TE-201", "none-such")


def _orders(prefix: str, customers: int = 6) -> list[dict[str, str]]:
    """Orders of two lines each, on a rhythm, with a return and a cancelled one among them."""
    rows = []
    for customer in range(customers):
        for number in range(customer + 2):
            head = {"order_id": f"{prefix}-{customer}-{number}", "customer_id": f"{prefix}-{customer}"}
            head |= {"placed_at": f"2026-0{number + 1}-1{customer}T10:00:00Z", "status": "placed"}
            quantity = "-1" if number == customer and customer else "2"
            rows += [{**head, "sku": sku, "quantity": quantity, "unit_price": "7.50"} for sku in SKUS[:2]]
    rows[-1]["status"] = rows[-2]["status"] = "cancelled"
    return rows


def _statistics(shop: Storefront, prefix: str, customers: int = 6) -> list[Json]:
    return [shop.call("GET", f"/customers/{prefix}-{number}")["stats"] for number in range(customers)]


def test_the_same_orders_twice_and_shuffled_give_the_same_statistics(shop: Storefront) -> None:
    """Invariant 14, E11."""
    rows = _orders("twice")
    first = shop.imported("orders", as_csv(rows))
    shop.settle()
    found = _statistics(shop, "twice")
    assert (first["created"], first["refused"]) == (27, 0)
    # Customer 2: four orders of two lines; the third one takes one of each back.
    assert (found[2]["orders"], found[2]["spent"]) == (3, {"amount": 3 * 3000 - 1500, "currency": "GBP"})
    # Customer 5: seven orders; the last is cancelled, the sixth is the return.
    assert (found[5]["orders"], found[5]["spent"]) == (5, {"amount": 5 * 3000 - 1500, "currency": "GBP"})

    again = shop.imported("orders", as_csv(rows))
    shop.settle()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 27)
    assert _statistics(shop, "twice") == found

    shuffled = [{**row, "order_id": "s" + row["order_id"], "customer_id": "s" + row["customer_id"]} for row in rows]
    shuffled.sort(key=lambda row: sha256(repr(row).encode()).digest())
    for part in (shuffled[::2], shuffled):  # half of the lines first: the orders grow
        shop.imported("orders", as_csv(part))
    shop.settle()
    assert _statistics(shop, "stwice") == found


def test_old_records_of_the_stream_come_again_and_change_nothing(shop: Storefront) -> None:
    """Invariant 14, A12: replayed, doubled, reversed, and for a customer who is gone."""
    shop.imported("orders", as_csv(_orders("replay")))
    shop.settle()
    found = _statistics(shop, "replay")
    keys = [item for item in shop.items("Orders") if item["pk"]["S"].startswith("C#replay-")]
    assert len(keys) == 27
    records = [_record(item, number) for number, item in enumerate(keys)]
    gone = _record({"pk": {"S": "C#never-seen"}, "sk": {"S": "O#1"}}, 1000)

    for run in (records, list(reversed(records)), [*records, *records, gone]):
        assert shop.stack.invoke("RefreshStatistics", {"Records": run}) == {"batchItemFailures": []}

    assert _statistics(shop, "replay") == found


def _record(item: Json, number: int) -> dict[str, Any]:
    keys = {name: item[name] for name in ("pk", "sk")}
    change = {"Keys": keys, "SequenceNumber": str(100 + number), "StreamViewType": "NEW_AND_OLD_IMAGES", "SizeBytes": 1}
    return {
        "eventID": str(number),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {**change, "NewImage": {"rev": {"N": "1"}, **keys}},
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:000000000000:table/Orders/stream/1",
    }


def test_of_a_bad_file_the_good_rows_are_kept_and_each_other_is_named(shop: Storefront) -> None:
    text = (
        "id,email,birthday,shoe_size,consent.status,consent.at\n"
        "bad-1,bad-1@example.com,1980-02-29,44,granted,2020-01-01T00:00:00Z\n"
        "bad-2,not an address,1980-01-01,44,granted,2020-01-01T00:00:00Z\n"
        "bad-3,bad-3@example.com,31.12.1980,44,,\n"
        "bad-4,bad-4@example.com,2999-01-01,44,,\n"
        "bad-5,bad-5@example.com\n"
        ",bad-6@example.com,1980-01-01,44,,\n"
        'bad-7,"bad-7@example.com,1980-01-01,44,,\n'
    )
    report = shop.imported("customers", text)

    assert (report["status"], report["created"], report["refused"]) == ("done", 1, 6)
    assert report["ignored_columns"] == ["shoe_size"]
    refused = {row["line"]: (row["column"], row["reason"]) for row in report["rows"]}
    assert sorted(refused) == [3, 4, 5, 6, 7, 8]
    assert [refused[line][0] for line in (3, 4, 5, 7)] == ["email", "birthday", "birthday", "id"]
    assert all(reason for _, reason in refused.values())
    assert shop.call("GET", "/customers/bad-1")["birthday"] == "1980-02-29"
    for number in range(2, 8):
        assert shop.answer("GET", f"/customers/bad-{number}")[0] == 404  # nothing half done


def test_of_a_bad_order_file_each_order_keeps_its_good_lines(shop: Storefront) -> None:
    text = (
        "order_id,customer_id,placed_at,sku,quantity,unit_price\n"
        "bo-1,bo-ann,2026-01-05T10:00:00Z,CB-101,2,7.50\n"
        "bo-1,bo-ann,2026-01-05T10:00:00Z,CB-101,two,7.50\n"
        "bo-1,bo-ann,yesterday,CB-101,1,7.50\n"
        "bo-1,bo-ann,2026-01-05T10:00:00Z,CB-101,1,0.001\n"
        "bo-2,,2026-01-05T10:00:00Z,CB-101,1,7.50\n"
        "bo-1,bo-bo,2026-01-05T10:00:00Z,CB-101,1,7.50\n"
        "bo-1,bo-ann,2026-01-05T10:00:00Z,CB-101,2,7.50\n"
    )
    report = shop.imported("orders", text)
    shop.settle()

    assert (report["created"], report["refused"]) == (1, 5)
    columns = {row["line"]: row["column"] for row in report["rows"]}
    assert columns == {3: "quantity", 4: "placed_at", 5: "unit_price", 6: "customer_id", 7: "customer_id"}
    stats = shop.call("GET", "/customers/bo-ann")["stats"]
    assert (stats["orders"], stats["spent"]["amount"]) == (1, 3000)  # two identical lines are two
    assert shop.answer("GET", "/customers/bo-bo")[0] == 404


@pytest.mark.parametrize(
    ("kind", "text", "word"),
    [
        ("orders", "order_id,customer_id,when,sku,quantity,unit_price\no,c,2026-01-05,s,1,1.00\n", "placed_at"),
        ("customers", "id,email,email\na,b@example.com,c@example.com\n", "2 times"),
        ("products", "\x00\x01\x02\n", "sku"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_fails_and_says_why(
    shop: Storefront, kind: str, text: str, word: str
) -> None:
    report = shop.imported(kind, text)

    assert report["status"] == "failed"
    assert word in report["reason"]
    assert report["created"] == 0


def test_an_unknown_field_of_a_mapping_or_a_segment_is_refused_by_name(shop: Storefront) -> None:
    status, body = shop.answer("POST", "/imports", {"kind": "orders", "mapping": {"prize": "Price"}, "csv": "a\n"})
    assert (status, "prize" in body["error"]["message"]) == (422, True)
    status, body = shop.answer("POST", "/imports", {"kind": "orders", "csv": ""})
    assert (status, body["error"]["message"]) == (400, "csv must be text, got an empty one.")
    status, body = shop.answer("PUT", "/segments/wrong", {"rule": {"field": "shoe.size", "op": "=", "value": 44}})
    assert (status, "shoe.size" in str(body["error"])) == (422, True)
    assert shop.answer("GET", "/segments/wrong")[0] == 404
    status, body = shop.answer("POST", "/campaigns/none-such/launch", {})
    assert status == 404
