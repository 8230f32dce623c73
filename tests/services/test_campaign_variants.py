"""Variants: each person is drawn for one, and a test sends its winner to all others, once."""

from datetime import timedelta

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.run_campaigns import run_campaigns
from chalicelib.services.show_campaign import show_campaign
from tests.services.sending import open_shop

HOUR = timedelta(hours=1)
A_AND_B = [{"name": "a"}, {"name": "b", "template": "other"}]
WINNER = {"by": "clicks", "after": "4h", "test_percent": 50}


@pytest.fixture
def shop():
    shop = open_shop()
    shop.people(60)
    shop.template("other", subject="Another")
    return shop


def variants(shop, message="c.spring"):
    """Who got which variant of a message."""
    return {row.customer_id: row.variant for row in shop.rows.items.values() if row.message_id == message}


def click(shop, names):
    for row in [row for row in shop.rows.items.values() if row.customer_id in names]:
        shop.rows.merge(type(row)(**{**fields_of(row), "clicked_at": shop.clock.now()}))


def fields_of(row):
    return {name: getattr(row, name) for name in row.__slots__}


def test_everybody_is_drawn_for_one_variant_and_gets_its_mail(shop):
    shop.launch(variants=A_AND_B)
    shop.live(3)

    drawn = variants(shop)
    subjects = {mail.to.split("@")[0]: mail.subject for mail in shop.mailer.accepted}
    assert len(drawn) == 60
    assert {name: {"a": "Hello", "b": "Another"}[variant] for name, variant in drawn.items()} == subjects
    assert 15 <= list(drawn.values()).count("a") <= 45
    assert shop.report()["sent"] == 60


def test_a_variant_may_have_its_own_offer_or_none(shop):
    shop.offer("ten-off")
    shop.launch(variants=[{"name": "a"}, {"name": "b", "offer": None}], offer="ten-off")
    shop.live(3)

    assert shop.live_vouchers() == {name for name, variant in variants(shop).items() if variant == "a"}


def test_a_variant_may_have_its_own_subject_in_each_language(shop):
    shop.template(locale="de", subject="Hallo")
    shop.person("dora", locale="de")
    shop.launch(
        variants=[{"name": "a", "subject": "For {{ customer.first_name }}"}, {"name": "b", "subject": {"de": "Nur DE"}}]
    )
    shop.live(3)

    drawn = variants(shop)
    for mail in shop.mailer.accepted:
        name = mail.to.split("@")[0]
        german = "Nur DE" if name == "dora" else "Hello"
        assert mail.subject == (f"For {name.title()}" if drawn[name] == "a" else german)


def test_a_subject_that_no_template_could_have_refuses_the_launch(shop):
    """D6."""
    shop.campaign(variants=[{"name": "a"}, {"name": "b", "subject": "{{ ''.__class__ }}"}])

    with pytest.raises(InvalidInput, match="The subject of variant 'b' cannot be used"):
        launch_campaign(shop.app, "spring")
    assert shop.messages.items == {}


def test_the_better_variant_goes_to_the_rest_once_its_time_has_come(shop):
    shop.launch(variants=A_AND_B, winner=WINNER)
    shop.live(3)
    drawn = variants(shop)
    assert 15 <= len(drawn) <= 45
    assert shop.report()["pending"] == 60 - len(drawn)
    click(shop, {name for name, variant in drawn.items() if variant == "b"})
    shop.live(3, HOUR)
    assert len(shop.mailer.accepted) == len(drawn)

    shop.live(10, HOUR)

    rest = variants(shop, "c.spring.rest")
    assert set(rest) | set(drawn) == {f"p{number:03}" for number in range(60)}
    assert set(rest.values()) == {"b"}
    assert {mail.subject for mail in shop.mailer.accepted[len(drawn) :]} == {"Another"}
    assert (shop.report()["sent"], shop.report()["state"]) == (60, "done")
    assert "variant 'b' won" in show_campaign(shop.app, "spring").parts[0].because
    compared = {arm["variant"]: arm["people"] for arm in shop.report()["variants"]}
    assert compared == {name: list(drawn.values()).count(name) for name in ("a", "b")}
    shop.got()


def test_what_is_counted_after_the_decision_changes_nothing(shop):
    """A13."""
    shop.launch(variants=A_AND_B, winner=WINNER)
    shop.live(5, HOUR)
    decided = shop.messages.items["c.spring.rest"]
    click(shop, {name for name, variant in variants(shop).items() if variant == "b"})

    shop.live(5, HOUR)

    assert shop.messages.items["c.spring.rest"].variants == decided.variants
    assert set(variants(shop, "c.spring.rest").values()) == {"a"}


def test_a_winner_by_redemptions_counts_used_vouchers(shop):
    shop.offer("ten-off")
    shop.launch(variants=A_AND_B, winner={**WINNER, "by": "redemptions"}, offer="ten-off")
    shop.live(3)
    used = next(row for row in shop.rows.items.values() if row.variant == "b")
    voucher = shop.vouchers.get(used.voucher)
    shop.vouchers.vouchers[voucher.code] = type(voucher)(**{**fields_of(voucher), "status": "redeemed"})

    shop.live(8, HOUR)

    assert set(variants(shop, "c.spring.rest").values()) == {"b"}


def test_a_decision_waits_for_the_test_to_have_gone_out(shop):
    shop.launch(variants=A_AND_B, winner={**WINNER, "after": "15m"})
    shop.clock.advance(HOUR)
    run_campaigns(shop.app)
    assert "c.spring.rest" not in shop.messages.items

    shop.live(5)

    assert "c.spring.rest" in shop.messages.items
