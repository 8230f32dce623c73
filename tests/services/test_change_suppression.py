"""An operator suppresses and lifts, on record; no consent comes of it, and an erased address stays."""

from dataclasses import replace

import pytest

from chalicelib.domain.mailboxes import Suppression
from chalicelib.errors import Conflict, InvalidInput
from chalicelib.services.change_suppression import add_suppression, lift_suppression, read_suppression
from chalicelib.services.record_events import record_events
from tests.services.sending import DAY, open_shop
from tests.services.signing_up import ADDRESS, mailbox, refusal
from tests.services.test_record_events import event, sent_shop

BY = "API key, from 192.0.2.1"


@pytest.fixture
def shop():
    shop = open_shop()
    shop.person("ann")
    return shop


@pytest.mark.parametrize("scope", ["all", "marketing"])
def test_an_operator_suppresses_on_record(shop, scope):
    found = add_suppression(shop.app, "Ann@Example.com", {"scope": scope, "note": "asked by phone"}, BY)

    assert (found.email, found.suppression) == (
        ADDRESS,
        Suppression(reason="operator", scope=scope, at=shop.clock.now()),
    )
    assert refusal(shop) == "suppressed"
    [change] = found.changes
    assert (change.action, change.reason, change.scope, change.by, change.note, change.at) == (
        "suppressed",
        "operator",
        scope,
        BY,
        "asked by phone",
        shop.clock.now(),
    )


def test_doing_it_again_changes_nothing(shop):
    first = add_suppression(shop.app, ADDRESS, {}, BY)
    before = (dict(shop.mailboxes.items), dict(shop.files.objects))
    shop.clock.advance(DAY)

    assert add_suppression(shop.app, ADDRESS, {"scope": "marketing"}, BY) == first
    assert (shop.mailboxes.items, shop.files.objects) == before


def test_an_address_that_nobody_has_yet_can_be_suppressed(shop):
    add_suppression(shop.app, "new@example.com", {}, BY)
    shop.person("new")
    shop.launch()
    shop.run()

    assert shop.statuses() == {"ann": "sent", "new": "suppressed"}


def test_lifting_brings_no_consent(shop):
    """C7."""
    shop.mailboxes.put(replace(mailbox(shop), consent=None))
    add_suppression(shop.app, ADDRESS, {}, BY)
    shop.clock.advance(DAY)

    found = lift_suppression(shop.app, ADDRESS, BY)

    assert found.suppression is None
    assert refusal(shop) == "no_consent"
    assert [change.action for change in found.changes] == ["suppressed", "lifted"]
    assert lift_suppression(shop.app, ADDRESS, BY) == found


def test_an_erased_address_cannot_be_lifted(shop):
    """C7."""
    erased = Suppression(reason="erased", scope="all", at=shop.clock.now())
    shop.mailboxes.put(replace(mailbox(shop), suppression=erased, consent=None))
    before = (dict(shop.mailboxes.items), dict(shop.files.objects))

    with pytest.raises(Conflict, match="erased"):
        lift_suppression(shop.app, ADDRESS, BY)
    assert (shop.mailboxes.items, shop.files.objects) == before
    assert add_suppression(shop.app, ADDRESS, {}, BY).suppression == erased


def test_after_a_lift_the_old_reports_count_no_more_and_new_ones_do():
    """C11: un-suppress after a server's fault; A12: reports doubled and late."""
    shop = sent_shop()
    reports = [event(shop, "soft_bounced", day * 24 * 60, soft=True) for day in range(5)]
    record_events(shop.app, [*reports, event(shop, "bounced", 1, suppresses=True)])
    assert refusal(shop) == "suppressed"
    shop.clock.advance(5 * DAY)
    lift_suppression(shop.app, ADDRESS, BY)
    after = mailbox(shop)
    assert refusal(shop) is None

    record_events(shop.app, [*reports, event(shop, "bounced", 1, suppresses=True)])
    assert mailbox(shop) == after
    record_events(shop.app, [event(shop, "bounced", 6 * 24 * 60, suppresses=True)])
    assert refusal(shop) == "suppressed"


def test_what_is_no_address_or_scope_is_refused(shop):
    for bad in (lambda: read_suppression(shop.app, "ann"), lambda: lift_suppression(shop.app, "", BY)):
        with pytest.raises(InvalidInput, match="email"):
            bad()
    with pytest.raises(InvalidInput, match="scope must be one of all, marketing"):
        add_suppression(shop.app, ADDRESS, {"scope": "some"}, BY)
    assert mailbox(shop).suppression is None


def test_an_unknown_address_is_not_suppressed(shop):
    found = read_suppression(shop.app, "nobody@example.com")

    assert (found.suppression, found.changes) == (None, ())
