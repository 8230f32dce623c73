"""A report is a recount of the rows, before the launch, in between and after."""

from dataclasses import replace
from typing import Any

from chalicelib.domain.mail_events import MailEvent
from chalicelib.services.campaign_report import campaign_report
from chalicelib.services.follow_click import follow_click
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.record_events import record_events
from chalicelib.services.redeem_voucher import redeem_voucher
from tests.services.sending import leave, open_shop

GBP_0 = {"amount": 0, "currency": "GBP"}
NOTHING: dict[str, Any] = {
    "name": "spring",
    "state": "draft",
    "state_reason": "",
    "counted_at": None,
    "planned": 0,
    "sent": 0,
    "skipped": {},
    "failed": 0,
    "unknown": 0,
    "pending": 0,
    "waiting": {},
    "delivered": 0,
    "bounced": 0,
    "soft_bounced": 0,
    "rejected": 0,
    "complained": 0,
    "opened": 0,
    "machine_opens": 0,
    "clicked": 0,
    "human_clicks": 0,
    "machine_clicks": 0,
    "anonymous_clicks": 0,
    "unsubscribed": 0,
    "redeemed": 0,
    "orders": 0,
    "revenue": GBP_0,
    "revenue_by_voucher": GBP_0,
    "discount": GBP_0,
    "profit": None,
    "share_of_revenue_with_known_cost": None,
    "holdout": None,
    "variants": [],
    "warnings": [],
    "goal": None,
    "budget": None,
}


def shown(shop):
    """The report without its links, which have a test of their own."""
    return {name: value for name, value in shop.report().items() if name != "links"}


def event(shop, kind, name):
    at, batch = shop.clock.now(), shop.batch()
    return MailEvent(kind=kind, at=at, message_id="c.spring", batch_id=batch.id, customer_id=name, ses_id=f"ses-{name}")


def test_before_the_launch_all_is_zero():
    shop = open_shop()
    shop.campaign()

    assert shown(shop) == NOTHING
    assert campaign_report(shop.app, "spring")["links"] == []


def test_it_follows_the_campaign_to_its_end():
    shop = open_shop()
    shop.people(3)
    shop.campaign()
    launch_campaign(shop.app, "spring")
    assert shown(shop) == {**NOTHING, "state": "sending"}

    shop.plan()
    assert shown(shop) == {**NOTHING, "state": "sending", "planned": 3, "pending": 3}

    shop.run()
    assert shown(shop) == {**NOTHING, "state": "done", "planned": 3, "sent": 3, "delivered": 3}


def test_what_people_did_is_counted():
    shop = open_shop()
    shop.people(4, tracking="full")
    shop.person("no", consent=False)
    shop.offer()
    shop.launch(offer="ten-off")
    shop.run()
    for _ in range(2):
        link = ["c.spring", shop.batch().id, "p000", "https://shop.example.com/"]
        follow_click(shop.app, shop.app.signer.sign("c", link))
        record_events(shop.app, [event(shop, "opened", "p001")])
        record_events(shop.app, [replace(event(shop, "bounced", "p002"), suppresses=True)])
    leave(shop, "p003")
    [voucher] = [one for one in shop.vouchers.vouchers.values() if one.customer_id == "p000"]
    order = {"order_id": "o1", "currency": "GBP", "lines": [{"sku": "a", "quantity": 1, "unit_price": 5000}]}
    redeem_voucher(shop.app, voucher.code, "p000", order)

    assert shown(shop) == {
        **NOTHING,
        "state": "done",
        "planned": 5,
        "sent": 4,
        "skipped": {"no_consent": 1},
        "delivered": 3,
        "bounced": 1,
        "opened": 1,
        "clicked": 1,
        "human_clicks": 1,
        "unsubscribed": 1,
        "redeemed": 1,
        "orders": 1,
        "revenue": {"amount": 5000, "currency": "GBP"},
        "revenue_by_voucher": {"amount": 5000, "currency": "GBP"},
        "share_of_revenue_with_known_cost": 0.0,
        "discount": {"amount": 500, "currency": "GBP"},
    }
