"""A sign-up asks the owner of the address, once, and tells nobody who is known."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread

import pytest

from chalicelib.domain.mailboxes import Consent, Suppression
from chalicelib.errors import Busy, InvalidInput, MalformedRequest
from chalicelib.services import count_sign_ups
from chalicelib.services.put_customer import put_customer
from tests.services.sending import DAY
from tests.services.signing_up import (
    ADDRESS,
    MINUTE,
    ORIGIN,
    asked,
    consent,
    mailbox,
    open_form,
    refusal,
    sign_up,
    tokens,
)


@pytest.fixture
def shop():
    return open_form()


def test_a_stranger_becomes_a_pending_customer_and_is_asked_once(shop):
    """C8: unconfirmed gets nothing."""
    asked_at = shop.clock.now()
    sign_up(shop, "Ann@Example.com", first_name="Ann", locale="de-AT", source="footer", text="Yes, news please.")
    shop.run()

    [mail] = shop.mailer.accepted
    assert (mail.to, mail.configuration_set) == (ADDRESS, "habitue-local-transactional")
    assert set(mail.tags) >= {"message", "batch", "person"}
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [customer] = shop.customers.items.values()
    assert (customer.email, customer.first_name, customer.locale) == (ADDRESS, "Ann", "de-AT")
    assert (customer.consent_status, customer.tracking) == ("pending", "none")
    assert consent(shop) == Consent(
        status="pending", basis="double", at=asked_at, source="footer", text="Yes, news please.", origin=ORIGIN
    )
    assert refusal(shop) == "unconfirmed"
    assert [row.status for row in shop.rows.items.values()] == ["sent"]


def test_what_was_asked_for_is_kept_without_the_address(shop):
    sign_up(shop, source="footer", tracking="full")

    [key] = shop.files.keys("consent/")
    hash_ = shop.app.keyed.mailbox(ADDRESS)
    assert key == f"consent/{hash_}/20261122T120000000000Z-sign-up.json"
    assert json.loads(shop.files.get(key)) == {
        "at": "2026-11-22T12:00:00+00:00",
        "topics": [],
        "tracking": "full",
        "source": "footer",
        "text": "",
        "locale": None,
        "origin": ORIGIN,
    }


def test_fifty_sign_ups_of_one_address_in_a_minute_are_one_mail(shop):
    """C8."""
    for _ in range(50):
        sign_up(shop)
        shop.run()
        shop.clock.advance(MINUTE / 50)

    assert shop.mailer.recipients == [ADDRESS]
    assert len(shop.customers.items) == 1
    assert len(shop.files.keys("consent/")) == 1


def test_fifty_at_once_are_one_mail_too(shop):
    """C8, under a race: one mailbox is written once."""
    failed = []

    def enter():
        try:
            sign_up(shop)
        except Exception as error:  # noqa: BLE001 - of a thread; asserted below
            failed.append(error)

    threads = [Thread(target=enter) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shop.run()

    assert failed == []
    assert shop.mailer.recipients == [ADDRESS]
    assert len(shop.customers.items) == 1


def test_one_mail_an_hour_and_three_a_day(shop):
    sent = []
    for _ in range(60):
        asked(shop)
        sent.append(len(shop.mailer.accepted))
        shop.clock.advance(timedelta(minutes=20))

    assert sent == [1] * 3 + [2] * 3 + [3] * 54


def test_the_next_day_the_address_is_asked_again(shop):
    for _ in range(3):
        asked(shop)
        shop.clock.advance(timedelta(hours=2))
    asked(shop)
    assert len(shop.mailer.accepted) == 3

    shop.clock.advance(DAY)
    asked(shop)

    assert len(shop.mailer.accepted) == 4
    [at] = mailbox(shop).asked
    assert shop.clock.now() - at < timedelta(seconds=1)


def test_the_shops_forms_have_a_limit_an_hour_that_processes_share(shop, monkeypatch):
    monkeypatch.setattr(count_sign_ups, "MOST_AN_HOUR", 2 * count_sign_ups.SHARDS)
    for number in range(100):
        sign_up(shop, f"p{number}@example.com")
    shop.run()
    sent = len(shop.mailer.accepted)

    assert sent == 2 * count_sign_ups.SHARDS
    assert len(shop.customers.items) == len(shop.mailboxes.items) == sent
    shop.clock.advance(timedelta(hours=1))
    for number in range(100):
        sign_up(shop, f"p{number}@example.com")
    shop.run()
    assert len(shop.mailer.accepted) == 2 * sent


def test_a_known_customer_is_asked_and_not_changed(shop):
    """Anybody can enter anybody's address."""
    put_customer(shop.app, "ann", {"email": ADDRESS, "first_name": "Ann", "locale": "en-GB"})

    sign_up(shop, first_name="Win a prize", locale="de")
    shop.run()

    assert shop.mailer.recipients == [ADDRESS]
    [customer] = shop.customers.items.values()
    assert (customer.id, customer.first_name, customer.locale) == ("ann", "Ann", "en-GB")
    assert customer.consent_status == "pending"


def test_whoever_is_granted_already_gets_no_mail_and_no_pending_over_it(shop):
    put_customer(shop.app, "ann", {"email": ADDRESS, "consent": {"status": "granted", "at": "2026-01-01T00:00:00Z"}})
    before = (dict(shop.mailboxes.items), dict(shop.customers.items), dict(shop.files.objects))

    sign_up(shop)
    shop.run()

    assert (shop.mailboxes.items, shop.customers.items, shop.files.objects) == before
    assert shop.mailer.accepted == []


def test_a_consent_that_ends_may_be_made_a_lasting_one(shop):
    soft = {"status": "granted", "basis": "soft", "at": "2026-01-01T00:00:00Z", "expires_at": "2027-01-01T00:00:00Z"}
    put_customer(shop.app, "ann", {"email": ADDRESS, "consent": soft})

    sign_up(shop)
    shop.run()

    assert shop.mailer.recipients == [ADDRESS]
    assert (consent(shop).status, consent(shop).basis) == ("granted", "soft")
    assert refusal(shop) is None


def test_whoever_left_stays_out_until_they_confirm(shop):
    """C7: a sign-up is anybody's word."""
    left = Consent(status="withdrawn", at=shop.clock.now() - DAY, by_person=True)
    shop.person("ann", consent=False)
    shop.mailboxes.put(replace(shop.box("ann"), consent=left))

    asked(shop)

    assert consent(shop) == left
    assert refusal(shop) == "unsubscribed"
    assert shop.mailer.recipients == [ADDRESS]


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint", "soft_bounces", "erased", "operator"])
@pytest.mark.parametrize("scope", ["all", "marketing"])
def test_nothing_is_sent_to_a_suppressed_address(shop, reason, scope):
    """C7."""
    shop.person("ann", consent=False)
    suppression = Suppression(reason=reason, scope=scope, at=shop.clock.now())
    shop.mailboxes.put(replace(shop.box("ann"), suppression=suppression))
    before = dict(shop.mailboxes.items)

    sign_up(shop)
    shop.run()

    assert shop.mailer.accepted == []
    assert shop.mailboxes.items == before
    assert shop.files.keys("consent/") == []


def test_an_address_that_is_suppressed_after_the_form_gets_no_mail(shop):
    """Invariant 3: the last check."""
    sign_up(shop)
    shop.plan()
    hard = Suppression(reason="hard_bounce", scope="all", at=shop.clock.now())
    shop.mailboxes.put(replace(mailbox(shop), suppression=hard))
    shop.run()

    assert shop.mailer.accepted == []
    assert [row.reason for row in shop.rows.items.values()] == ["suppressed"]


def test_a_customer_who_moves_to_another_address_is_not_asked_there(shop):
    """A10."""
    shop.person("ann", consent=False)
    sign_up(shop)
    shop.change("ann", email="new@example.com")
    shop.run()

    assert shop.mailer.accepted == []
    assert [row.reason for row in shop.rows.items.values()] == ["address_changed"]


def test_an_address_whose_first_owner_moved_on_gets_a_customer_of_its_own(shop):
    sign_up(shop)
    [first] = shop.customers.items
    shop.change(first, email="new@example.com")
    shop.clock.advance(timedelta(hours=2))

    asked(shop)

    assert shop.mailer.recipients == [ADDRESS]
    assert sorted(customer.email for customer in shop.customers.items.values()) == [ADDRESS, "new@example.com"]
    assert shop.customers.items[first].email == "new@example.com"


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "ann",
        "<ann@example.com>",
        "a@b.example, c@d.example",
        "ann@example.com\r\nBcc: all@example.com",
        "ann\x00@example.com",
        "ann\u2028@example.com",
        f"{'a' * 65}@example.com",
        "änn@example.com",
    ],
)
def test_what_is_no_address_is_refused_and_nothing_is_stored(shop, bad):
    """C10."""
    before = (dict(shop.mailboxes.items), dict(shop.files.objects))

    with pytest.raises(InvalidInput) as refused:
        sign_up(shop, bad)

    assert [detail.where for detail in refused.value.details] == ["email"]
    assert bad == "" or bad not in str(refused.value)
    assert (shop.mailboxes.items, shop.files.objects) == before


@pytest.mark.parametrize(
    ("entered", "normal"),
    [("ａｎｎ@example.com", ADDRESS), ("info@bücher.example", "info@xn--bcher-kva.example")],
)
def test_full_width_letters_and_international_domains_are_one_address(shop, entered, normal):
    """C10."""
    asked(shop, entered)

    assert shop.mailer.recipients == [normal]


@pytest.mark.parametrize("name", ["Ann\r\nBcc: x@example.com", "Ann\x00", "Ann\u2028", "x" * 101])
def test_a_name_with_a_line_end_is_refused(shop, name):
    """C10."""
    with pytest.raises(InvalidInput, match="first_name"):
        sign_up(shop, first_name=name)
    assert shop.mailboxes.items == {}


@pytest.mark.parametrize(
    ("fields", "where", "error"),
    [
        ({"topics": ["nothing-of-ours"]}, "topics", InvalidInput),
        ({"topics": "offers"}, "topics", MalformedRequest),
        ({"tracking": "maybe"}, "tracking", InvalidInput),
        ({"locale": "xx-yy-zz"}, "locale", InvalidInput),
        ({"text": "x" * 2001}, "text", InvalidInput),
        ({"admin": True}, "admin", InvalidInput),
        ({"email": None}, "email", InvalidInput),
    ],
)
def test_a_wrong_field_is_named(shop, fields, where, error):
    with pytest.raises(error) as refused:
        sign_up(shop, **{"email": ADDRESS, **fields})
    assert [detail.where for detail in refused.value.details] == [where]
    assert shop.mailboxes.items == {}


def test_a_shop_without_the_template_says_to_come_back(shop):
    document = shop.app.catalog.get("template", "confirm")
    shop.app.catalog.put(replace(document, body={"locales": {}}))

    with pytest.raises(Busy, match="Try again in a minute"):
        sign_up(shop)
    assert shop.mailboxes.items == {}


def test_a_sign_up_that_died_half_way_is_completed_by_the_next(shop):
    """A2."""
    shop.once(shop.messages, "create", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        sign_up(shop)
    shop.clock.advance(MINUTE)

    token = asked(shop)

    assert shop.mailer.recipients == [ADDRESS]
    assert tokens(shop) == [token]
    assert mailbox(shop).asked == (datetime.fromisoformat("2026-11-22T12:00:00+00:00"),)
