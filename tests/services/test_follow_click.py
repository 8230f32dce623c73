"""A click leads where the author meant it to, is noted once, and cannot be made to lead elsewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.clicks import KEPT
from chalicelib.domain.tracked_links import TrackedLink
from chalicelib.errors import InvalidToken
from chalicelib.services.follow_click import follow_click
from chalicelib.services.show_voucher import show_voucher
from tests.services.sending import DAY, killed, open_shop

URL = "https://shop.example.com/tea?a=1&b=%20#top"


@pytest.fixture
def shop():
    shop = open_shop()
    shop.person("ann", tracking="full")
    shop.launch()
    return shop


def token(shop, url=URL, message="c.spring"):
    link = TrackedLink(message_id=message, batch_id=shop.batch().id, customer_id="ann", number=2, url=url)
    return shop.app.signer.sign("c", link.to_fields())


def test_a_click_leads_to_the_address_and_is_noted(shop):
    """D1."""
    shop.run()
    sent = shop.row("ann")
    shop.clock.advance(timedelta(minutes=5))

    assert follow_click(shop.app, token(shop)) == URL

    assert shop.row("ann").clicked_at == shop.clock.now()
    assert (shop.row("ann").status, shop.row("ann").at, shop.row("ann").mailbox) == ("sent", sent.at, sent.mailbox)


def test_a_link_of_a_mail_from_before_links_had_numbers_works(shop):
    """A14, F2."""
    shop.run()
    old = shop.app.signer.sign("c", ["c.spring", shop.batch().id, "ann", URL])

    assert follow_click(shop.app, old) == URL
    assert shop.row("ann").clicked_at == shop.clock.now()


def test_the_first_click_stands(shop):
    """C1: a scanner, a second look, a forwarded mail."""
    shop.run()
    follow_click(shop.app, token(shop))
    first = shop.row("ann")

    for _ in range(20):
        shop.clock.advance(DAY)
        follow_click(shop.app, token(shop))

    assert replace(shop.row("ann"), clicks=()) == replace(first, clicks=())
    assert len(shop.row("ann").clicks) <= KEPT
    assert shop.report()["clicked"] == 1


def test_every_link_within_a_second_is_a_machine_and_a_later_click_a_person(shop):
    """C13: the label of the first click is corrected by the second one."""
    shop.run()
    follow_click(shop.app, token(shop))
    assert shop.row("ann").clicked_at == shop.clock.now()
    for page in range(3):
        shop.clock.advance(timedelta(milliseconds=200))
        follow_click(shop.app, token(shop, f"{URL}{page}"))
    assert shop.row("ann").clicked_at is None
    assert (shop.report()["clicked"], shop.report()["machine_clicks"]) == (0, 4)

    shop.clock.advance(timedelta(minutes=10))
    follow_click(shop.app, token(shop))

    assert shop.row("ann").clicked_at == shop.clock.now()
    assert (shop.report()["clicked"], shop.report()["machine_clicks"]) == (1, 4)


def test_a_scanner_that_says_so_is_led_on_and_labelled(shop):
    """C13, C1."""
    shop.run()

    assert follow_click(shop.app, token(shop), "scanner") == URL

    assert (shop.row("ann").clicked_at, shop.report()["clicked"], shop.report()["machine_clicks"]) == (None, 0, 1)


def test_a_machine_that_follows_every_link_earns_and_redeems_nothing():
    """C13: never points, never a redemption; what it did is kept and labelled."""
    shop = open_shop()
    shop.person("ann", tracking="full")
    shop.offer()
    shop.launch(offer="ten-off")
    shop.run()
    [voucher] = shop.vouchers.vouchers.values()
    before = shop.customers.items["ann"], shop.mailer.recipients, shop.files.keys("unsubscribes/")
    for page in range(5):
        follow_click(shop.app, token(shop, f"{URL}{page}"))
        shop.clock.advance(timedelta(milliseconds=100))
    show_voucher(shop.app, shop.app.signer.sign("r", [voucher.code, "c.spring", shop.batch().id, "ann"]))

    assert [(click.sign, click.link[:2]) for click in shop.row("ann").clicks] == [("", "2:")] * 5
    assert (shop.report()["clicked"], shop.report()["machine_clicks"]) == (0, 5)
    assert (shop.customers.items["ann"], shop.mailer.recipients, shop.files.keys("unsubscribes/")) == before
    assert list(shop.vouchers.vouchers.values()) == [voucher]
    assert (voucher.status, shop.vouchers.redemptions) == ("issued", {})
    assert shop.box("ann").last_click_at is None


def test_a_person_who_clicks_at_once_is_a_person(shop):
    """C13: a fast human is not dropped; nor one who clicks twice."""
    shop.run()
    for _ in range(2):
        follow_click(shop.app, token(shop))
        shop.clock.advance(timedelta(milliseconds=150))

    assert (shop.report()["clicked"], shop.report()["machine_clicks"]) == (1, 0)


def test_a_click_before_our_own_record_proves_the_mail_sent(shop):
    """A12: and nobody sends it again."""
    killed(shop, shop.mailer, "send", after=True)
    follow_click(shop.app, token(shop))

    shop.run()

    assert shop.row("ann").status == "sent"
    assert len(shop.mailer.accepted) == 1


def test_a_link_works_years_later_and_without_its_campaign(shop):
    shop.run()
    link = token(shop)
    rows = dict(shop.rows.items)
    shop.messages.items.clear()
    shop.clock.advance(1200 * DAY)

    assert follow_click(shop.app, link) == URL
    assert shop.rows.items == rows


def test_a_forged_link_leads_nowhere(shop):
    """F1: any changed sign, another purpose."""
    shop.run()
    before = dict(shop.rows.items)
    good = token(shop)
    bad = [good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :] for place in range(len(good))]
    other = shop.app.signer.sign("v", ["c.spring", shop.batch().id, "ann"])

    for one in (*bad, other, "", good[:-1], good + "A"):
        with pytest.raises(InvalidToken):
            follow_click(shop.app, one)
    assert shop.rows.items == before


def test_who_agreed_to_be_counted_is_counted_and_not_known(shop):
    """Tracking `aggregate`: no row, no timeline, no time."""
    shop.change("ann", tracking="aggregate")
    shop.run()
    before = dict(shop.rows.items)

    for _ in range(3):
        assert follow_click(shop.app, token(shop)) == URL

    assert shop.rows.items == before
    assert shop.batch().clicks == 3
    assert (shop.report()["clicked"], shop.report()["anonymous_clicks"]) == (1, 3)


def test_a_machine_at_a_counted_link_is_counted_apart(shop):
    """C13."""
    shop.change("ann", tracking="aggregate")
    shop.run()

    assert follow_click(shop.app, token(shop), "robot") == URL

    assert (shop.batch().clicks, shop.batch().machine_clicks) == (0, 1)
    assert (shop.report()["clicked"], shop.report()["anonymous_clicks"], shop.report()["machine_clicks"]) == (0, 0, 1)


def test_who_said_nothing_is_only_led_on(shop):
    """Tracking `none`, also where a mail was sent under another consent, and where the customer is gone."""
    shop.run()
    shop.change("ann", tracking="none")
    before = (dict(shop.rows.items), dict(shop.batches.items))

    assert follow_click(shop.app, token(shop)) == URL
    shop.customers.items.clear()
    assert follow_click(shop.app, token(shop)) == URL
    assert (shop.rows.items, shop.batches.items) == before


def test_a_counted_click_of_an_unknown_batch_leads_on(shop):
    shop.change("ann", tracking="aggregate")
    other = shop.app.signer.sign("c", ["c.spring", "no-such-batch", "ann", URL])

    assert follow_click(shop.app, other) == URL
    assert shop.batch().clicks == 0


def test_a_persons_click_is_remembered_with_the_mailbox_but_no_scanners(shop):
    shop.run()
    follow_click(shop.app, token(shop))  # at once: nobody knows yet who that was
    shop.clock.advance(timedelta(minutes=10))
    follow_click(shop.app, token(shop), "scanner")
    assert shop.box("ann").last_click_at is None

    shop.clock.advance(timedelta(minutes=10))
    follow_click(shop.app, token(shop))

    assert shop.box("ann").last_click_at == shop.clock.now()


@pytest.mark.parametrize("tracking", ["none", "aggregate"])
def test_of_whoever_did_not_agree_no_click_is_remembered(shop, tracking):
    shop.run()
    shop.change("ann", tracking=tracking)
    shop.clock.advance(timedelta(minutes=10))

    follow_click(shop.app, token(shop))

    assert shop.box("ann").last_click_at is None
