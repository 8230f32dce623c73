"""Whoever gets no mail keeps no claim and no voucher, also after a death in between."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import MailRefused
from chalicelib.services.move_campaign import move_campaign
from tests.services.sending import REFUSED, TEXT, killed, leave, open_shop, raising

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop():
    return open_shop()


def test_a_sent_mail_carries_the_voucher_that_was_issued(shop):
    shop.offer()
    shop.person("ann")
    shop.launch(offer="ten-off")

    shop.run()

    [voucher] = shop.vouchers.vouchers.values()
    assert (voucher.customer_id, voucher.message_id, voucher.batch_id) == ("ann", "c.spring", shop.batch().id)
    assert shop.row("ann").voucher == voucher.code
    shown = voucher.code[:5] + "-" + voucher.code[5:9] + "-" + voucher.code[9:]
    assert shown in shop.mailer.accepted[0].html


@pytest.mark.parametrize("reason", ["rendering", "MessageRejected"])
def test_a_failed_mail_leaves_no_live_voucher(shop, reason):
    """E9."""
    shop.offer()
    shop.template(text=TEXT + ("{{ customer.country ~ '' }}" if reason == "rendering" else ""))
    if reason != "rendering":
        shop.mailer.before = raising(MailRefused(reason, "no", retry=False))
    shop.person("ann")
    shop.launch(offer="ten-off")

    shop.run()

    assert shop.row("ann").status == "failed"
    assert shop.row("ann").voucher is None
    assert shop.live_vouchers() == set()


def test_whoever_leaves_after_a_death_has_no_live_voucher_and_no_claim(shop):
    """E9: skipped after the claim."""
    shop.offer()
    shop.person("ann")
    shop.launch(offer="ten-off")
    killed(shop, shop.batches, "mark")
    assert shop.live_vouchers() == {"ann"}
    leave(shop)

    shop.run()

    assert (shop.live_vouchers(), shop.row("ann").reason) == (set(), "unsubscribed")
    assert not shop.box("ann").recent


def test_whoever_moved_to_an_address_that_left_has_no_live_voucher(shop):
    """E9, A6."""
    shop.offer()
    shop.person("ann")
    shop.launch(offer="ten-off")
    killed(shop, shop.batches, "mark")
    shop.change("ann", email="new@example.com")
    leave(shop)

    shop.run()

    assert (shop.live_vouchers(), shop.row("ann").reason) == (set(), "unsubscribed")


def test_a_refused_mail_whose_sender_died_before_giving_back_is_given_back_later(shop):
    """E9, A2."""
    shop.offer()
    shop.person("ann")
    shop.person("bo")
    shop.mailer.before = raising(REFUSED, "ann")
    shop.launch(offer="ten-off")
    killed(shop, shop.mailboxes, "release")
    assert shop.live_vouchers() == {"ann", "bo"}

    shop.run()

    assert shop.live_vouchers() == {"bo"}
    assert not shop.box("ann").recent


def test_a_repeat_carries_the_same_voucher_with_the_same_end(shop):
    """E9: the first attempt issued it before midnight, the second one makes the mail after it."""
    shop.clock.advance(timedelta(hours=11, minutes=58))
    shop.offer()
    shop.person("ann")
    shop.launch(offer="ten-off")
    killed(shop, shop.files, "create")
    [issued] = shop.vouchers.vouchers.values()

    shop.run()

    assert list(shop.vouchers.vouchers.values()) == [issued]
    assert issued.expires_at == datetime(2026, 12, 6, 23, 59, 59, 999999, UTC)
    assert "2026-12-06" in shop.mailer.accepted[0].html


def test_a_shared_code_is_everyones_and_is_never_withdrawn(shop):
    shop.offer(code={"kind": "shared", "value": "SPRING26"})
    shop.people(2)
    shop.launch(offer="ten-off")
    shop.mailer.before = raising(REFUSED, "p001")

    shop.run()

    assert "<b>SPRING26</b>" in shop.mailer.accepted[0].html
    assert {code: one.status for code, one in shop.vouchers.vouchers.items()} == {"SPRING26": "issued"}


def test_cancelled_in_between_the_rest_is_skipped_and_what_was_prepared_is_given_back(shop):
    """A9, E9."""
    shop.offer()
    shop.people(12)
    shop.launch(offer="ten-off")
    shop.once(shop.mailer, "send", lambda: move_campaign(shop.app, "spring", "cancelled"), after=True)

    shop.run()

    report = shop.report()
    assert (report["state"], report["sent"], report["skipped"]) == ("cancelled", 5, {"cancelled": 7})
    assert shop.live_vouchers() == {f"p{number:03}" for number in range(5)}
    assert [name for name in shop.customers.items if shop.box(name).recent] == sorted(shop.live_vouchers())


def test_cancelled_before_the_start_nobody_is_looked_at(shop):
    shop.people(2)
    shop.launch()
    move_campaign(shop.app, "spring", "cancelled")
    shop.customers.items.pop("p001")

    shop.run()

    assert shop.report()["skipped"] == {"cancelled": 2}


def test_cancelled_after_a_death_an_address_that_got_its_mail_stays_claimed(shop):
    shop.person("ann", "us@example.com")
    shop.person("bo", "us@example.com")
    shop.launch()
    shop.once(shop.rows, "record", lambda: None)  # the skip of bo is not recorded: the attempt dies before
    killed(shop, shop.mailer, "send", after=True)
    shop.rows.items = {key: row for key, row in shop.rows.items.items() if key[2] == "ann"}
    move_campaign(shop.app, "spring", "cancelled")

    shop.run()

    assert shop.box("ann").recent
    assert shop.row("bo").reason == "cancelled"
