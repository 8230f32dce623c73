"""A shop in which one person has left every trace that a person can leave, and a search for them in all of it."""

import gzip
import json
from datetime import timedelta
from typing import Any

from chalicelib.domain.mail_events import MailEvent
from chalicelib.domain.messages import Batch
from chalicelib.ports import Document
from chalicelib.services.answer_once import answer_once
from chalicelib.services.change_order import cancel_order, refund_order
from chalicelib.services.create_import import create_import
from chalicelib.services.erase_customer import erase_customer
from chalicelib.services.follow_click import follow_click
from chalicelib.services.issue_voucher import issue_voucher
from chalicelib.services.keep_consent import keep_consent
from chalicelib.services.keep_facts import keep_facts
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.place_order import place_order
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_customer import put_customer
from chalicelib.services.record_events import record_events
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.services.refresh_statistics import refresh_statistics
from chalicelib.services.save_preferences import Choice, save_preferences
from chalicelib.services.take_event import take_event
from tests.services.importing import work_off
from tests.services.sending import SendingShop, open_shop

WHO = "cust-7731"
ADDRESS = "zenobia.quill@example.com"
OLD_ADDRESS = "zq-old@example.com"
NEEDLES = (WHO, "zenobia", "quill", "zq-old", "harrowgate")
GRANTED = {"status": "granted", "at": "2026-01-01T00:00:00Z", "source": "till in Harrowgate"}
LATER = {"status": "granted", "at": "2026-02-01T00:00:00Z", "source": "till in Harrowgate again"}
ORDER = {
    "customer_id": WHO,
    "placed_at": "2026-11-01T10:00:00Z",
    "lines": [{"sku": "tea", "quantity": 2, "unit_price": 5000}],
}


def lived_in() -> SendingShop:
    """Two other people stand in the same batches; everything that can be known of a person is known of WHO."""
    shop = open_shop()
    app = shop.app
    # Without it a tick would compile all that ships.
    app.catalog.put(Document(kind="library", name="shipped", body={"fingerprint": app.library.fingerprint}))
    for name in ("ann", "bob"):
        shop.person(name)
    csv = "id,email,birthday\n" + f"{WHO},{OLD_ADDRESS},1990-01-02\nx1,{ADDRESS},Zenobia Quill\n"
    work_off(app, create_import(app, kind="customers", mapping={}, dry_run=False, csv=csv.encode())["id"])
    put_customer(app, WHO, {"consent": GRANTED, "first_name": "Zenobia", "last_name": "Quill"})
    shop.offer()
    shop.template(text="Hello {{ customer.first_name }} {% if voucher %}{{ voucher.code }}{% endif %}")
    shop.segment("people", {"field": "stage", "op": "exists"})
    shop.launch(segments=["people"], offer="ten-off")
    shop.run()
    put_customer(app, WHO, {"email": ADDRESS.upper(), "consent": GRANTED})
    consent = shop.box(WHO).consent
    put_customer(app, WHO, {"consent": LATER})
    keep_consent(app, shop.box(WHO).hash, consent, shop.box(WHO).consent)
    _bought(shop)
    _answered(shop)
    shop.clock.advance(timedelta(hours=1))
    put_campaign(app, "next", {"segments": ["people"], "template": "spring", "local_time": "23:00"})
    launch_campaign(app, "next")
    shop.plan()
    return shop


def _bought(shop: SendingShop) -> None:
    app = shop.app
    for number in ("1", "2"):
        place_order(app, {**ORDER, "order_id": f"o-{number}"})
    cancel_order(app, "o-2", {})
    refund_order(app, "o-1", {"amount": 100})
    take_event(app, {"event_id": "e-1", "customer_id": WHO, "name": "asked", "at": "2026-11-02T10:00:00Z"})
    voucher = issue_voucher(app, "ten-off", WHO)
    code = shop.row(WHO).voucher
    basket = {"order_id": "o-1", "currency": "GBP", "lines": ORDER["lines"]}
    redeem_voucher(app, code or "", WHO, basket, "a key")
    answer_once(
        app, scope="POST /v1/vouchers", key="k", request={}, work=lambda: {"code": voucher.code, "id": WHO}, about=WHO
    )
    refresh_statistics(app, WHO)


def _answered(shop: SendingShop) -> None:
    app, batch = shop.app, shop.batch()
    send = ["c.spring", batch.id, WHO]
    follow_click(app, app.signer.sign("c", [*send, "https://shop.example.com/"]))
    opened = MailEvent(
        kind="opened", at=shop.clock.now(), message_id="c.spring", batch_id=batch.id, customer_id=WHO, ses_id="s"
    )
    record_events(app, [opened])
    keep_facts(app, "events/1", [opened])
    raw = {"eventType": "Send", "mail": {"destination": [ADDRESS], "tags": {"customer": [WHO]}}}
    other = {"eventType": "Send", "mail": {"destination": ["ann@example.com"]}}
    app.files.put("events/unread", json.dumps(raw).encode() + json.dumps(other).encode())
    save_preferences(
        app, app.signer.sign("p", [shop.box(WHO).hash, *send]), Choice(status="granted", topics={"news": "granted"})
    )


def erase(shop: SendingShop, who: str = WHO) -> bool:
    """One request to erase."""
    return erase_customer(shop.app, who, deadline=shop.clock.real() + timedelta(seconds=15))


def traces(shop: SendingShop, needles: tuple[str, ...] = NEEDLES) -> list[str]:
    """Every place that still names the person."""
    app: Any = shop.app
    places: dict[str, Any] = {
        "customers": app.customers.items,
        "mailboxes": app.mailboxes.items,
        "orders": (app.orders.lines, app.orders.by_key, app.orders.told),
        "events": app.events.items,
        "catalog": app.catalog.items,
        "messages": app.messages.items,
        "batches": app.batches.items,
        "rows": app.rows.items,
        "vouchers": (app.vouchers.vouchers, app.vouchers.redemptions),
        **{f"file {key}": _plain(content) for key, content in app.files.objects.items()},
        "keys": list(app.files.objects),
    }
    return [
        f"{place}: {needle}" for place, what in places.items() for needle in needles if needle in repr(what).casefold()
    ]


def _plain(content: bytes) -> str:
    return (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode()


def waiting(shop: SendingShop) -> Batch:
    """The batch of the campaign that is still to be sent."""
    [batch] = [batch for batch in shop.batches.items.values() if batch.message_id == "c.next"]
    return batch
