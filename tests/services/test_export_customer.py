"""Everything about one person and nothing of another: also of those who share a batch, an address, an offer."""

import gzip
import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.clicks import Click
from chalicelib.domain.codes import show_code
from chalicelib.domain.dates import instant_text
from chalicelib.errors import NotFound
from chalicelib.services import export_customer as module
from chalicelib.services.export_customer import export_customer
from chalicelib.services.issue_voucher import issue_voucher
from chalicelib.services.place_order import place_order
from chalicelib.services.put_customer import put_customer
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.services.take_event import take_event
from chalicelib.web.schemas import event_json, order_json, redemption_json, voucher_json
from tests.services.erasing import ADDRESS, ORDER, WHO, erase, lived_in, traces
from tests.services.sending import SendingShop, open_shop

DESCRIBE: Any = {
    "customer": lambda customer: {"id": customer.id, "email": customer.email, "name": customer.first_name},
    "order": order_json,
    "event": event_json,
    "voucher": lambda voucher: voucher_json(voucher, show_code(voucher.code)),
    "redemption": lambda redemption: redemption_json(redemption, show_code(redemption.code)),
}


def export(shop: SendingShop, who: str) -> dict[str, Any]:
    return export_customer(shop.app, who, DESCRIBE)


def test_an_export_holds_all_that_is_known_of_the_person():
    shop = lived_in()

    found = export(shop, WHO)

    assert found["customer"] == {"id": WHO, "email": ADDRESS, "name": "Zenobia"}
    assert [(order["order_id"], order["status"]) for order in found["orders"]] == [
        ("o-1", "placed"),
        ("o-2", "cancelled"),
    ]
    assert [refund["amount"] for refund in found["orders"][0]["refunds"]] == [100]
    assert {(move["segment"], move["entered"]) for move in found["moves"]} >= {("people", True)}
    assert "asked" in [event["name"] for event in found["events"]]
    assert len(found["vouchers"]) == 2
    assert [one["order_id"] for one in found["redemptions"]] == ["o-1"]
    [sent] = found["sends"]
    [mail] = [mail for mail in shop.mailer.accepted if "Zenobia" in mail.text]
    assert (sent["status"], sent["mail"]["html"], sent["mail"]["text"]) == ("sent", mail.html, mail.text)
    assert sent["mail"]["to"] == mail.to
    assert "till in Harrowgate" in [consent["source"] for consent in found["mailbox"]["consents"]]


def test_a_large_export_is_a_file_for_an_hour_which_an_erasure_takes_along(monkeypatch):
    shop = lived_in()
    whole = export(shop, WHO)
    monkeypatch.setattr(module, "LARGEST", 1000)

    answer = export(shop, WHO)

    [key] = shop.files.keys("exports/")
    assert answer["url"] == f"https://bucket.example.com/{key}?expires=3600"
    assert answer["expires_at"] == instant_text(shop.clock.now() + timedelta(hours=1))
    assert json.loads(gzip.decompress(shop.files.objects[key])) == whole
    assert answer["bytes"] == len(gzip.decompress(shop.files.objects[key]))
    erase(shop)
    assert shop.files.keys("exports/") == []
    assert traces(shop) == []


def test_a_person_without_anything_has_an_empty_export():
    shop = open_shop()
    put_customer(shop.app, "new", {})

    found = export(shop, "new")

    assert (found["mailbox"], found["orders"], found["events"], found["sends"]) == (None, [], [], [])
    with pytest.raises(NotFound, match="There is no customer 'nobody'"):
        export(shop, "nobody")


names = st.sampled_from(["ann-a1", "bob-b2"])
deeds = st.lists(st.tuples(st.sampled_from(["order", "event", "voucher", "redeem", "rename"]), names), max_size=10)


@given(deeds=deeds, shared=st.booleans())
@settings(max_examples=40)
def test_nothing_of_one_person_is_in_the_export_of_another(deeds, shared):
    """Invariant 8: they share a campaign, its batch, its kept file, an offer, and perhaps the address."""
    shop = open_shop()
    shop.template(
        text="Hello {{ customer.first_name }} {{ customer.id }} {% if voucher %}{{ voucher.code }}{% endif %}"
    )
    shop.offer()
    for name in ("ann-a1", "bob-b2"):
        shop.person(name, "both@example.com" if shared else None)
    shop.launch(offer="ten-off")
    shop.run()
    for number, (deed, name) in enumerate(deeds):
        _do(shop, deed, name, number)

    for name, other in (("ann-a1", "bob-b2"), ("bob-b2", "ann-a1")):
        text = json.dumps(export(shop, name)).casefold()
        assert other not in text
        assert f"secret-of-{other[:3]}" not in text
        assert all(show_code(voucher.code).casefold() not in text for voucher in shop.app.vouchers.of(other)[0])
        mine = [number for number, (deed, who) in enumerate(deeds) if deed in {"order", "event"} and who == name]
        assert all(f"-{number}-secret-of-{name[:3]}" in text for number in mine)


def _do(shop: SendingShop, deed: str, name: str, number: int) -> None:
    app, ident = shop.app, f"{deed}-{number}-secret-of-{name[:3]}"
    if deed == "order":
        place_order(app, {**ORDER, "customer_id": name, "order_id": ident})
    if deed == "event":
        take_event(app, {"event_id": ident, "customer_id": name, "name": "asked", "at": "2026-11-02T10:00:00Z"})
    if deed == "rename":
        put_customer(app, name, {"last_name": f"secret-of-{name[:3]}"})
    if deed in {"voucher", "redeem"}:
        voucher = issue_voucher(app, "ten-off", name)
        if deed == "redeem":
            basket = {"order_id": ident, "currency": "GBP", "lines": ORDER["lines"]}
            redeem_voucher(app, voucher.code, name, basket)


def test_all_that_is_known_of_a_send_can_be_written_as_json():
    """Every field of a row, also those that hold times and clicks."""
    shop = lived_in()
    [key] = shop.app.rows.keys_of(WHO)
    row = shop.rows.items[key]
    at = shop.clock.now()
    times: dict[str, Any] = {field.name: at for field in fields(row) if field.name.endswith("_at")}
    shop.rows.items[key] = replace(row, **times, clicks=(Click(at, "1:ab"), Click(at, "2:ab", "scanner")))

    [sent] = json.loads(json.dumps(export(shop, WHO)["sends"]))

    assert sent["clicks"] == [
        {"at": instant_text(at), "link": "1:ab", "sign": ""},
        {"at": instant_text(at), "link": "2:ab", "sign": "scanner"},
    ]
    assert {sent[name] for name in times} == {instant_text(at)}
