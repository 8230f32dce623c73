"""The last check: what changed meanwhile is seen, and one mailbox gets one mail."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.mail_events import MailEvent
from chalicelib.domain.mailboxes import Claim, Consent, Sent, Suppression
from chalicelib.services.campaign_report import campaign_report
from chalicelib.services.customer_timeline import customer_timeline
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.note_engagement import note_engagement
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_shop import put_shop
from chalicelib.services.record_events import record_events
from tests.fakes import NOON
from tests.services.sending import (
    BEYOND_THE_LEASE,
    REFUSED,
    Died,
    die,
    killed,
    leave,
    open_shop,
    raising,
    recover,
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


def test_whoever_leaves_right_after_the_look_at_the_mailbox_is_not_claimed(shop):
    """A10: the claim holds for the mailbox that the decision was made on, and for no later one."""
    shop.person("ann")
    shop.launch()
    shop.once(shop.mailboxes, "get_many", lambda: leave(shop), after=True)

    shop.send()

    assert shop.statuses() == {"ann": "unsubscribed"}
    assert shop.mailer.accepted == []


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
    rival = replace(box, recent={key: Claim(batch_id="another", at=shop.clock.now())})
    shop.once(shop.mailboxes, "claim", lambda: shop.mailboxes.claim([rival], key))

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


# Caps: two campaigns that race


def two_campaigns(shop, **caps):
    """Two messages for everybody, each with its batches, both due now."""
    put_shop(shop.app, {"caps": {"all": {"count": 1, "per": "7d"}, **caps}})
    shop.launch()
    put_campaign(shop.app, "autumn", {"segments": ["everyone"], "template": "spring"})
    launch_campaign(shop.app, "autumn")
    shop.plan()


def results(shop, name):
    return {row.reason or row.status for row in shop.rows.items.values() if row.customer_id == name}


def test_a_campaign_that_claims_between_anothers_decision_and_claim_takes_the_last_place(shop):
    """B11: two campaigns racing keep the cap."""
    shop.person("ann")
    two_campaigns(shop)
    first, second = shop.batches.items.values()
    shop.once(shop.mailboxes, "claim", lambda: shop.send(second))

    shop.send(first)

    assert len(shop.mailer.accepted) == 1
    assert results(shop, "ann") == {"sent", "frequency_cap"}
    assert len(shop.box("ann").recent) == 1


def test_campaigns_that_run_at_once_keep_the_cap_of_every_mailbox(shop):
    """B11."""
    shop.people(100)
    two_campaigns(shop)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(shop.send, list(shop.batches.items.values())))
    shop.run()

    assert sorted(Counter(shop.mailer.recipients).values()) == [1] * 100
    assert all(results(shop, f"p{number:03}") == {"sent", "frequency_cap"} for number in range(100))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("method", ["claim", "release"])
def test_whoever_dies_around_a_claim_neither_loses_the_place_nor_takes_two(shop, method, after):
    """A2, B11: killed before and after the claim, and before and after giving it back."""
    shop.person("ann")
    two_campaigns(shop)
    first, second = shop.batches.items.values()
    if method == "release":  # the mail is refused, so its place is free again
        shop.mailer.before = raising(REFUSED)
    shop.once(shop.mailboxes, method, die, after=after)
    with suppress(Died):
        shop.send(first)
    shop.clock.advance(BEYOND_THE_LEASE)
    recover(shop)

    shop.send(first)
    shop.send(second)

    assert len(shop.mailer.accepted) == 1
    assert results(shop, "ann") == ({"sent", "frequency_cap"} if method == "claim" else {"MessageRejected: no", "sent"})


def test_a_mail_above_a_cap_waits_for_the_place_and_its_row_says_why(shop):
    """B11: moved to the next free slot by policy."""
    shop.person("ann")
    two_campaigns(shop, all={"count": 1, "per": "12h"}, over="defer")

    shop.send()
    reports = [campaign_report(shop.app, name) for name in ("spring", "autumn")]
    assert [report["waiting"] for report in reports if report["pending"]] == [{"frequency_cap": 1}]
    shop.run(step=timedelta(hours=1))

    assert len(shop.mailer.accepted) == 2
    assert [campaign_report(shop.app, name)["waiting"] for name in ("spring", "autumn")] == [{}, {}]
    [waited] = [row for row in shop.rows.items.values() if row.status == "deferred"]
    assert (waited.waits_for, waited.reason) == ("frequency_cap", (NOON + timedelta(hours=12)).isoformat())
    told = {item["kind"]: (item["because"], item["words"]) for item in customer_timeline(shop.app, "ann")["items"]}
    words = "The mail waits: the customer has had as many as the shop's caps allow for now."
    assert told == {"deferred": ("frequency_cap", words), "sent": ("", "")}


def test_a_night_is_waited_for_and_never_longer_than_the_mail_may_be_late(shop):
    """In quiet hours of the recipient's zone: it is 21:00 in Tokyo at noon in London."""
    shop.person("ann")
    shop.person("kei", time_zone="Asia/Tokyo")
    put_shop(shop.app, {"quiet_hours": {"from": "20:00", "to": "07:00"}})
    shop.launch(max_lateness="8h")

    shop.run(step=timedelta(hours=1))

    assert shop.mailer.recipients == ["ann@example.com"]
    assert shop.statuses() == {"ann": "sent", "kei": "quiet_hours"}


def test_who_never_reacts_is_left_out_until_a_click(shop):
    shop.person("ann")
    sends = tuple(Sent(topic="offers", at=NOON - timedelta(days=days)) for days in range(100, 0, -10))
    shop.mailboxes.put(replace(shop.box("ann"), sends=sends))
    shop.launch()
    shop.run()
    assert shop.statuses() == {"ann": "unengaged"}

    note_engagement(shop.app, shop.box("ann").hash, NOON)
    put_campaign(shop.app, "autumn", {"segments": ["everyone"], "template": "spring"})
    launch_campaign(shop.app, "autumn")
    shop.run()
    assert shop.mailer.recipients == ["ann@example.com"]
