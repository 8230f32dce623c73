"""F10: after a restore from a backup nobody who left since is mailed."""

import copy
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.services.change_suppression import add_suppression
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.put_customers import put_customers
from chalicelib.services.record_events import record_events
from chalicelib.services.replay_withdrawals import replay_withdrawals
from chalicelib.services.save_preferences import Choice, save_preferences
from chalicelib.services.unsubscribe import unsubscribe
from tests.fakes import NOON
from tests.faults.ports import each_death
from tests.services.sending import DAY, SendingShop, open_shop
from tests.services.test_record_events import event

BACKUP = NOON + DAY
NAMES = ("stays", "leaves", "topic", "pauses", "complains", "operator", "left-before", "back")


def link(shop, purpose, name):
    return shop.app.signer.sign(purpose, [shop.box(name).hash, "c.x", "b", name])


def restored() -> SendingShop:
    """A backup is made; people leave in every way; the mailboxes are restored from the backup."""
    shop = open_shop()
    for name in NAMES:
        shop.person(name)
    unsubscribe(shop.app, link(shop, "u", "left-before"))
    shop.clock.advance(DAY)
    backup = copy.deepcopy((shop.mailboxes.items, shop.customers.items))
    shop.clock.advance(timedelta(minutes=1))
    unsubscribe(shop.app, link(shop, "u", "leaves"))
    save_preferences(shop.app, link(shop, "p", "topic"), Choice(status="granted", topics={"offers": "withdrawn"}))
    granted = Choice(status="granted", topics={"offers": "granted"})
    save_preferences(shop.app, link(shop, "p", "pauses"), replace(granted, pause_days=30))
    unsubscribe(shop.app, link(shop, "u", "back"))
    add_suppression(shop.app, "operator@example.com", {}, "API key")
    shop.clock.advance(DAY)
    save_preferences(shop.app, link(shop, "p", "back"), granted)
    shop.launch()
    shop.run()
    record_events(shop.app, [event(shop, "complained", 3 * 24 * 60, "complains", suppresses=True)])
    shop.clock.advance(3 * DAY)
    shop.mailer.accepted.clear()
    shop.mailboxes.items, shop.customers.items = copy.deepcopy(backup)
    return shop


def replay(app):
    cursor, total = None, []
    while True:
        # Each request has time for one only: it ends all the same.
        done = replay_withdrawals(app, BACKUP, cursor, deadline=app.clock.real())
        total.append((done.read, done.changed))
        cursor = done.cursor
        if cursor is None:
            return total


EXPECTED = {
    "stays": "sent",
    "leaves": "unsubscribed",
    "topic": "left_topic",
    "pauses": "paused_by_customer",
    "complains": "suppressed",
    "operator": "suppressed",
    "left-before": "unsubscribed",
    "back": "unsubscribed",  # what was granted since is not said again: only withdrawals are
}


def mailed_again(shop):
    shop.app.catalog.put(replace(shop.app.catalog.get("campaign", "spring"), name="after", revision=0))
    launch_campaign(shop.app, "after")
    shop.run()
    return {
        row.customer_id: row.reason or row.status for row in shop.rows.items.values() if row.message_id == "c.after"
    }


def test_without_the_replay_they_would_be_mailed():
    """The test is not blind."""
    found = mailed_again(restored())

    assert {name for name, status in found.items() if status == "sent"} == set(NAMES) - {"left-before"}


def test_nobody_who_left_since_the_backup_is_mailed_after_the_replay():
    """F10."""
    shop = restored()

    parts = replay(shop.app)

    assert sum(changed for _, changed in parts) == 6
    assert len(parts) >= 6
    assert mailed_again(shop) == EXPECTED
    assert shop.mailer.recipients == ["stays@example.com"]
    assert shop.customers.items["leaves"].consent_status == "withdrawn"


def test_a_second_replay_changes_nothing():
    shop = restored()
    replay(shop.app)
    before = (dict(shop.mailboxes.items), dict(shop.customers.items))

    assert sum(changed for _, changed in replay(shop.app)) == 0
    assert (shop.mailboxes.items, shop.customers.items) == before


def test_an_import_between_restore_and_replay_brings_nobody_back():
    """C7, F10."""
    shop = restored()
    now = shop.clock.now().isoformat()
    put_customers(shop.app, [(name, {"consent": {"status": "granted", "at": now}}) for name in NAMES])
    replay(shop.app)

    assert mailed_again(shop) == EXPECTED


def test_what_is_older_than_the_backup_is_left_alone():
    shop = restored()

    done = replay_withdrawals(shop.app, shop.clock.now(), None, deadline=shop.clock.real() + DAY)

    assert (done.read, done.changed, done.cursor) == (0, 0, None)


def test_a_replay_may_die_at_any_call():
    """A2."""
    deaths = 0
    for death, shop in each_death(restored, lambda shop: shop.app, replay):
        replay(shop.app)
        assert mailed_again(shop) == EXPECTED, death
        assert shop.customers.items["leaves"].consent_status == "withdrawn", death
        deaths += 1
    assert deaths > 40


@pytest.mark.parametrize("times", [1, 3])
def test_one_request_with_time_enough_does_all(times):
    shop = restored()

    for _ in range(times):
        done = replay_withdrawals(shop.app, BACKUP, None, deadline=shop.clock.real() + DAY)

    assert done.cursor is None
    assert mailed_again(shop) == EXPECTED
