"""The person's own choice: topics, a pause that ends by itself, tracking; no import overrules it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.mailboxes import Suppression
from chalicelib.services.put_customer import put_customer
from chalicelib.services.read_preferences import read_preferences
from chalicelib.services.save_preferences import PAUSES, Choice, save_preferences
from tests.services.sending import DAY, SendingShop, open_shop
from tests.services.signing_up import ADDRESS, consent, mailbox, refusal

ALL = Choice(status="granted", topics={"offers": "granted"})


@pytest.fixture
def shop():
    shop = open_shop()
    shop.person("ann")
    return shop


def save(shop: SendingShop, choice=ALL):
    return save_preferences(shop.app, token(shop), choice)


def token(shop):
    return shop.app.signer.sign("p", [shop.app.keyed.mailbox(ADDRESS), "c.x", "b", "ann"])


@pytest.mark.parametrize("days", PAUSES)
def test_a_pause_holds_at_the_last_check_and_ends_by_itself(shop, days):
    shop.launch()
    saved = save(shop, replace(ALL, pause_days=days))
    shop.run()

    until = shop.clock.now() + days * DAY
    assert saved.preferences.paused_until == until == mailbox(shop).paused_until
    assert shop.statuses() == {"ann": "paused_by_customer"}
    assert shop.mailer.accepted == []
    shop.clock.advance(days * DAY - timedelta(microseconds=1))
    assert refusal(shop) == "paused_by_customer"
    shop.clock.advance(timedelta(microseconds=1))
    assert refusal(shop) is None
    assert read_preferences(shop.app, token(shop)).paused_until is None


def test_order_mails_come_during_a_pause(shop):
    """C6."""
    save(shop, replace(ALL, pause_days=30))
    message = replace(shop.launch(), id="f.order.1", name="order", source="flow", once_key="f.order.1")
    shop.messages.create(replace(message, stream="transactional"), shop.clock.now())
    shop.run()

    found = {row.message_id: row.reason or row.status for row in shop.rows.items.values()}
    assert found == {"c.spring": "paused_by_customer", "f.order.1": "sent"}
    assert shop.mailer.recipients == [ADDRESS]


def test_a_pause_stays_until_it_is_ended_and_outlives_an_import(shop):
    """C7."""
    save(shop, replace(ALL, pause_days=60))
    until = mailbox(shop).paused_until
    shop.clock.advance(DAY)
    save(shop, replace(ALL, topics={"offers": "granted", "news": "granted"}))
    later = (shop.clock.now() + DAY).isoformat()
    put_customer(shop.app, "ann", {"consent": {"status": "granted", "at": later, "source": "till"}})
    assert (mailbox(shop).paused_until, refusal(shop)) == (until, "paused_by_customer")

    ended = save(shop, replace(ALL, pause_days=0))

    assert (ended.preferences.paused_until, refusal(shop)) == (None, None)


def test_an_unknown_pause_is_no_pause(shop):
    save(shop, replace(ALL, pause_days=36500))

    assert mailbox(shop).paused_until is None


@pytest.mark.parametrize(("tracking", "kept"), [("none", False), ("aggregate", False), ("full", True), (None, True)])
def test_with_the_leave_to_be_followed_goes_the_memory_of_the_last_click(shop, tracking, kept):
    save(shop, replace(ALL, tracking="full"))
    shop.mailboxes.put(replace(mailbox(shop), last_click_at=shop.clock.now()))

    save(shop, replace(ALL, tracking=tracking, pause_days=PAUSES[0]))

    assert (mailbox(shop).last_click_at is not None) is kept


def test_the_tracking_that_the_person_chose_holds_against_imports(shop):
    save(shop, replace(ALL, tracking="none"))
    later = (shop.clock.now() + DAY).isoformat()

    put_customer(shop.app, "ann", {"consent": {"status": "granted", "at": later, "tracking": "full"}})

    assert (consent(shop).tracking, shop.customers.items["ann"].tracking) == ("none", "none")
    save(shop, replace(ALL, tracking="full"))
    assert (consent(shop).tracking, shop.customers.items["ann"].tracking) == ("full", "full")


def test_saving_the_same_again_changes_nothing(shop):
    """C5."""
    first = save(shop, replace(ALL, tracking="aggregate", pause_days=0))
    before = (dict(shop.mailboxes.items), dict(shop.files.objects))
    shop.clock.advance(DAY)

    again = save(shop, replace(ALL, tracking="aggregate", pause_days=0))

    assert (first.changed, again.changed) == (True, False)
    assert again.preferences == first.preferences
    assert (shop.mailboxes.items, shop.files.objects) == before


def test_a_pause_and_less_tracking_are_kept_apart_too(shop):
    """Invariant 12: a restore must not forget them."""
    save(shop, replace(ALL, tracking="none"))
    shop.clock.advance(DAY)
    save(shop, replace(ALL, pause_days=30))

    proofs = [json.loads(shop.files.get(key)) for key in shop.files.keys("unsubscribes/")]
    assert [(one["status"], one["tracking"], one.get("paused_until")) for one in proofs] == [
        ("granted", "none", None),
        ("granted", "none", "2026-12-23T12:00:00Z"),
    ]


def test_a_hard_suppression_stops_all_whatever_is_chosen(shop):
    """C6."""
    hard = Suppression(reason="complaint", scope="all", at=shop.clock.now())
    shop.mailboxes.put(replace(mailbox(shop), suppression=hard))

    save(shop)

    assert (mailbox(shop).suppression, refusal(shop)) == (hard, "suppressed")


def test_the_topics_of_the_shop_come_first_in_its_order(shop):
    document = shop.app.catalog.get("shop", "shop")
    topics = {"tips": "Tips", "events": {"en": "Events", "de": "Veranstaltungen"}}
    shop.app.catalog.put(replace(document, body={**document.body, "topics": topics}))
    shop.campaign(topic="apologies")

    assert list(read_preferences(shop.app, token(shop)).topics) == ["tips", "events", "apologies", "offers"]
