"""C7, A10, F6: a person who left every trace is exported, erased and searched for in every table and every file."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.email.ses_events import BOUNCE, of_ours
from tests.journeys.storefront import Storefront, as_csv, basket, links, open_page, sent_by

pytestmark = pytest.mark.stack
WHO = "era-7731"
ADDRESS = "Zenobia.Quillfeather@Example.com"
NEEDLES = (WHO, ADDRESS.lower(), "zenobia", "quillfeather")
TABLES = ("Customers", "Mailboxes", "Orders", "Products", "Catalog", "Sends", "Vouchers")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _everything(shop: Storefront) -> dict[str, str]:
    """All that the service stores: each table as text, each file by its key, unpacked."""
    found = {table: json.dumps(shop.items(table), default=str) for table in TABLES}
    s3, bucket = shop.stack.client("s3"), shop.stack.resources["Bucket"]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    for key in [item["Key"] for page in pages for item in page.get("Contents", ())]:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        plain = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        found[f"file {key}"] = plain.decode(errors="replace")
    return found


def _traces(shop: Storefront) -> list[str]:
    found = _everything(shop)
    named = [f"{place}: {needle}" for place, text in found.items() for needle in NEEDLES if needle in text.casefold()]
    return named + [place for place in found for needle in NEEDLES if needle in place.casefold()]


def _live(shop: Storefront) -> None:
    """Import, order, event, mail with a voucher, click, redemption, preferences, bounce, a campaign still to come."""
    person = {"id": WHO, "email": ADDRESS, "first_name": "Zenobia", "last_name": "Quillfeather"}
    shop.customers(
        "era", [{**person, "consent.tracking": "full"}, {"id": "era-other", "email": "era-other@example.com"}]
    )
    refused = {"id": "era-wrong", "email": "x@example.com", "birthday": "Zenobia Quillfeather"}
    assert shop.imported("customers", as_csv([refused]))["refused"] == 1
    order = {"customer_id": WHO, "placed_at": "2026-01-05T10:00:00Z", "lines": basket("x")["lines"]}
    for number in (1, 2):
        shop.call("POST", "/orders", {**order, "order_id": f"era-{number}"})
    shop.call("POST", "/orders/era-2/refund", {"amount": 100})
    event = {"event_id": "era", "customer_id": WHO, "name": "asked", "at": "2026-01-06T10:00:00Z"}
    shop.answer("POST", "/events", event, Idempotency_Key="era")
    shop.call("PUT", "/offers/era", {"benefit": {"kind": "percent", "percent": 10}})
    shop.call("POST", "/offers/era/vouchers", {"customer_id": WHO})
    shop.launch("era", "era", offer="era")
    [mail] = [mail for mail in shop.mails("c.era") if mail["to"] == ADDRESS.lower()]
    for address in links(mail, "c"):
        assert open_page("GET", address).status == 302
    assert open_page("POST", links(mail, "p")[0], b"status=granted", FORM).status == 200
    code = next(voucher["code"] for voucher in shop.call("GET", f"/customers/{WHO}/export")["vouchers"])
    shop.call("POST", f"/vouchers/{code}/redeem", {"customer_id": WHO, "order": basket("era-1")})
    send = sent_by(mail)
    assert send is not None
    soft = of_ours(BOUNCE, send, bounce={"bounceType": "Transient", "bounceSubType": "General"})
    shop.publish([soft])
    send_at = shop.stack.clock.now() + timedelta(hours=1)
    shop.begin("era-next", "era", send_at=send_at.isoformat())
    shop.settle()


def test_a_person_is_exported_erased_and_found_nowhere(shop: Storefront) -> None:
    """C7, A10: also the policies of the functions allow it, and nothing lies among the dead letters."""
    _live(shop)
    places = {trace.partition(":")[0].partition("/")[0] for trace in _traces(shop)}
    assert {"Customers", "Orders", "Catalog", "Sends", "Vouchers", "file kept", "file imports"} <= places
    before = [shop.report(name) for name in ("era", "era-next")]

    told: Any = shop.call("GET", f"/customers/{WHO}/export")
    assert [order["order_id"] for order in told["orders"]] == ["era-1", "era-2"]
    assert [event["event_id"] for event in told["events"]] == ["era"] or len(told["events"]) > 1
    assert (len(told["vouchers"]), len(told["redemptions"]), len(told["sends"])) == (2, 1, 1)
    assert told["sends"][0]["mail"]["to"] == ADDRESS.lower()
    assert "era-other" not in json.dumps(told)

    status, answer = shop.answer("DELETE", f"/customers/{WHO}")
    assert (status, answer["status"]) in {(200, "erased"), (202, "erasing")}
    assert shop.answer("GET", f"/customers/{WHO}")[0] == 404
    shop.settle()
    shop.stack.tick()
    shop.settle()

    assert _traces(shop) == []
    assert [shop.report(name) for name in ("era", "era-next")] == before
    assert shop.answer("DELETE", f"/customers/{WHO}")[0] == 404

    back = {"id": WHO, "email": ADDRESS.upper(), "attributes.group": "era"}
    back |= {"consent.status": "granted", "consent.at": shop.stack.clock.now().isoformat(), "consent.source": "till"}
    assert shop.imported("customers", as_csv([back]))["created"] == 1
    shop.launch("era-again", "era")
    assert shop.receivers("c.era-again") == ["era-other@example.com"]
    assert shop.report("era-again")["skipped"] == {"suppressed": 1}
    shop.stack.move_clock(shop.stack.clock.now() + timedelta(hours=2))
    shop.settle()
    assert shop.receivers("c.era-next") == ["era-other@example.com"]
    assert shop.report("era-next")["skipped"] == {"no_customer": 1}
    assert shop.dead_letters() == {}
