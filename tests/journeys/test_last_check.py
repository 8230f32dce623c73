"""A10: what happened to a person between the plan and the send is seen at the last check."""

from datetime import timedelta

import pytest

from tests.email.ses_events import COMPLAINT, of_ours
from tests.journeys.storefront import Storefront, links, open_page, sent_by

pytestmark = pytest.mark.stack
GRANTED = {"status": "granted", "at": "2021-01-01T00:00:00Z", "source": "till"}


def test_whoever_left_changed_or_was_suppressed_after_the_plan_gets_what_holds_now(shop: Storefront) -> None:
    """A10, A6 (the address changed), C6."""
    shop.people("a10", 8)
    shop.launch("a10-first", "a10")
    first = {send.customer_id: mail for mail in shop.mails("c.a10-first") if (send := sent_by(mail))}
    send_at = shop.stack.clock.now() + timedelta(hours=1)
    shop.begin("a10", "a10", send_at=send_at.isoformat())
    shop.settle()
    assert shop.report("a10")["pending"] == 8

    assert open_page("POST", links(first["a10-000"], "u")[0]).status == 200
    shop.call("PUT", "/customers/a10-001", {"email": None})  # as after an erasure: nobody to write to
    shop.call("PUT", "/customers/a10-002", {"email": "a10-moved@example.com", "consent": GRANTED})
    complained = sent_by(first["a10-003"])
    assert complained is not None
    shop.publish([of_ours(COMPLAINT, complained)])
    consent = {"status": "withdrawn", "at": shop.stack.clock.now().isoformat(), "source": "phone"}
    shop.call("PUT", "/customers/a10-004", {"consent": consent})
    shop.call("PUT", "/customers/a10-005", {"email": "a10-unasked@example.com"})  # consent does not move along
    expires = {**GRANTED, "at": "2022-01-01T00:00:00Z", "expires_at": (send_at - timedelta(minutes=1)).isoformat()}
    shop.call("PUT", "/customers/a10-006", {"consent": expires})
    shop.settle()

    shop.stack.move_clock(send_at + timedelta(minutes=2))
    shop.settle()

    assert shop.receivers("c.a10") == ["a10-007@example.com", "a10-moved@example.com"]
    report = shop.report("a10")
    assert (report["sent"], report["pending"]) == (2, 0)
    assert report["skipped"] == {
        "unsubscribed": 2,
        "no_address": 1,
        "suppressed": 1,
        "no_consent": 1,
        "consent_expired": 1,
    }


def test_two_customers_of_one_address_get_one_mail(shop: Storefront) -> None:
    """A11."""
    shop.customers("a11", [{"id": f"a11-{name}", "email": "a11@example.com"} for name in ("ann", "bo")])

    shop.launch("a11", "a11")

    assert shop.receivers("c.a11") == ["a11@example.com"]
    assert shop.report("a11")["skipped"] == {"already_sent": 1}


def test_a_paused_campaign_waits_and_a_cancelled_one_ends(shop: Storefront) -> None:
    """A9, A17."""
    people = shop.people("a9", 4)
    send_at = shop.stack.clock.now() + timedelta(hours=1)
    for name in ("a9-paused", "a9-cancelled"):
        shop.begin(name, "a9", send_at=send_at.isoformat())
    shop.settle()
    shop.call("POST", "/campaigns/a9-paused/pause", {})
    shop.call("POST", "/campaigns/a9-cancelled/cancel", {})

    shop.stack.move_clock(send_at + timedelta(minutes=1))
    shop.settle()
    assert shop.mails("c.a9-") == []
    assert shop.report("a9-cancelled")["skipped"] == {"cancelled": 4}

    shop.call("POST", "/campaigns/a9-paused/resume", {})
    shop.stack.move_clock(send_at + timedelta(minutes=20))
    shop.settle()
    assert shop.receivers("c.a9-paused") == [f"{person}@example.com" for person in people]
    assert shop.receivers("c.a9-cancelled") == []
