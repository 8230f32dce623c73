"""A follow-up: to those whom an earlier campaign was sent to, by what they did with it."""

from dataclasses import replace

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.put_campaign import put_campaign
from tests.services.sending import leave, open_shop


@pytest.fixture
def shop():
    shop = open_shop()
    for name in ("ann", "bob", "cyd"):
        shop.person(name)
    shop.person("deaf", consent=False)
    shop.offer()
    shop.launch(offer="ten-off")
    shop.live(3)
    now = shop.clock.now()
    shop.rows.merge(replace(shop.row("ann"), clicked_at=now, opened_at=now))
    shop.rows.merge(replace(shop.row("bob"), opened_at=now))
    code = shop.row("cyd").voucher or ""
    shop.vouchers.vouchers[code] = replace(shop.vouchers.vouchers[code], status="redeemed")
    return shop


def follow(shop, who, **more):
    put_campaign(shop.app, "again", {"template": "spring", "follow_up": {"campaign": "spring", "who": who}, **more})
    launch_campaign(shop.app, "again")
    shop.live(3)
    rows = [row for row in shop.rows.items.values() if row.message_id == "c.again"]
    return {row.customer_id: row.reason or row.status for row in rows}


@pytest.mark.parametrize(
    ("who", "people"),
    [
        ("not_clicked", {"bob", "cyd"}),
        ("not_opened", {"cyd"}),
        ("not_redeemed", {"ann", "bob"}),
        ("clicked", {"ann"}),
    ],
)
def test_only_those_who_got_the_mail_are_asked_what_they_did(shop, who, people):
    assert follow(shop, who) == dict.fromkeys(people, "sent")


def test_segments_and_exclusions_narrow_it(shop):
    shop.segment("only-bob", {"field": "id", "op": "=", "value": "bob"})

    assert follow(shop, "not_clicked", segments=["only-bob"]) == {"bob": "sent"}


def test_excluded_people_are_not_in_it(shop):
    shop.segment("only-bob", {"field": "id", "op": "=", "value": "bob"})

    assert follow(shop, "not_clicked", exclude=["only-bob"]) == {"cyd": "sent"}


def test_consent_holds_as_ever(shop):
    """A10."""
    leave(shop, "bob")

    assert follow(shop, "not_clicked") == {"bob": "unsubscribed", "cyd": "sent"}


def test_whoever_clicks_after_the_launch_is_in_it_still(shop):
    put_campaign(shop.app, "again", {"template": "spring", "follow_up": {"campaign": "spring", "who": "not_clicked"}})
    launch_campaign(shop.app, "again")
    shop.plan()
    shop.rows.merge(replace(shop.row("bob"), clicked_at=shop.clock.now()))
    shop.live(3)

    assert {mail.to for mail in shop.mailer.accepted[3:]} == {"bob@example.com", "cyd@example.com"}


def test_a_campaign_that_was_not_launched_cannot_be_followed(shop):
    put_campaign(shop.app, "again", {"template": "spring", "follow_up": {"campaign": "never", "who": "clicked"}})

    with pytest.raises(InvalidInput) as refused:
        launch_campaign(shop.app, "again")

    assert [(one.where, one.message) for one in refused.value.details] == [
        ("follow_up.campaign", "there is no launched campaign 'never'")
    ]


def test_a_long_follow_up_is_read_page_by_page(monkeypatch):
    monkeypatch.setattr("chalicelib.services.follow_up_people._BATCHES", 2)
    shop = open_shop()
    shop.people(230)
    shop.launch()
    shop.live(8)

    assert len(follow(shop, "not_clicked")) == 230
