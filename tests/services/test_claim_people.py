"""The last check: what changed meanwhile is seen, and one mailbox gets one mail."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.mail_events import MailEvent
from chalicelib.domain.mailboxes import Consent, Suppression
from chalicelib.services.record_events import record_events
from tests.services.sending import (
    killed,
    leave,
    open_shop,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop():
    return open_shop()


CHANGES = {
    "unsubscribed": leave,
    "no_customer": lambda shop: shop.customers.items.pop("ann"),
    "no_address": lambda shop: shop.customers.put(replace(shop.customers.items["ann"], email=None, mailbox=None)),
    "suppressed": lambda shop: shop.mailboxes.put(
        replace(shop.box("ann"), suppression=Suppression(reason="complaint", scope="all", at=shop.clock.now()))
    ),
    "consent_expired": lambda shop: shop.mailboxes.put(
        replace(shop.box("ann"), consent=Consent(status="granted", at=shop.clock.now(), expires_at=shop.clock.now()))
    ),
}


@pytest.mark.parametrize("reason", CHANGES)
def test_what_changed_between_plan_and_send_is_seen(shop, reason):
    """A10."""
    shop.person("ann")
    shop.launch()
    CHANGES[reason](shop)

    shop.run()

    assert shop.mailer.accepted == []
    assert shop.report()["skipped"] == {reason: 1}


@pytest.mark.parametrize("reason", ["unsubscribed", "suppressed", "consent_expired"])
def test_what_changes_between_the_decision_and_the_claim_is_seen(shop, reason):
    """A10, invariant 3: after an unsubscribe is answered, no later claim."""
    shop.person("ann")
    shop.launch()
    shop.once(shop.mailboxes, "claim", lambda: CHANGES[reason](shop))

    shop.run()

    assert shop.mailer.accepted == []
    assert shop.report()["skipped"] == {reason: 1}
    assert not shop.box("ann").recent


def test_an_address_that_changed_between_plan_and_send_gets_the_mail(shop):
    """A10."""
    shop.person("ann")
    shop.launch()
    shop.change("ann", email="new@example.com")

    shop.run()

    assert shop.mailer.recipients == ["new@example.com"]


def test_a_mailbox_that_changes_at_every_claim_is_left_to_the_next_attempt(shop):
    shop.person("ann")
    shop.launch()
    real = shop.mailboxes.claim

    def restless(boxes, *args):
        for box in boxes:
            shop.mailboxes.put(shop.mailboxes.items[box.hash])
        return real(boxes, *args)

    shop.mailboxes.claim = restless
    shop.send()
    assert (shop.batch().done, shop.mailer.accepted, shop.rows.items) == (False, [], {})

    shop.mailboxes.claim = real
    shop.run()
    assert shop.row("ann").status == "sent"


def test_one_address_under_two_customers_gets_one_mail(shop):
    """A11."""
    shop.person("ann", "us@example.com")
    shop.person("bo", "us@example.com")
    shop.launch()

    shop.run()

    assert shop.mailer.recipients == ["us@example.com"]
    assert shop.statuses() == {"ann": "sent", "bo": "already_sent"}


@pytest.mark.parametrize("event_first", [False, True])
def test_also_when_the_first_attempt_died_in_between(shop, event_first):
    """A11, A12: the mark knows the mailbox, also where an event was faster than our own record."""
    shop.person("ann", "us@example.com")
    shop.person("bo", "us@example.com")
    shop.launch()
    killed(shop, shop.mailer, "send", after=True)
    shop.rows.items.clear()
    if event_first:
        at, batch = shop.clock.now(), shop.batch()
        event = MailEvent(
            kind="sent", at=at, message_id="c.spring", batch_id=batch.id, customer_id="ann", ses_id="ses-1"
        )
        record_events(shop.app, [event])

    shop.run()

    assert shop.mailer.recipients == ["us@example.com"]
    assert shop.statuses() == {"ann": "sent" if event_first else "unknown", "bo": "already_sent"}


def test_a_mailbox_that_another_batch_claims_first_is_left_to_it(shop):
    """A11: between our reading and our claim."""
    shop.person("ann")
    shop.launch()
    box, key = shop.box("ann"), shop.messages.items["c.spring"].send_key
    shop.once(shop.mailboxes, "claim", lambda: shop.mailboxes.claim([box], key, "another", shop.clock.now()))

    shop.run()

    assert (shop.mailer.accepted, shop.row("ann").reason) == ([], "already_sent")
    assert shop.box("ann").recent[key].batch_id == "another"


def test_one_address_in_two_batches_gets_one_mail(shop):
    """A11."""
    shop.people(50)
    shop.person("zoe", "p000@example.com")
    shop.launch()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(shop.send, list(shop.batches.items.values())))

    assert max(Counter(shop.mailer.recipients).values()) == 1
    assert sorted([shop.row("p000").status, shop.row("zoe").status]) == ["sent", "skipped"]
