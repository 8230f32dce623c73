"""Only the owner's own hand, by the link in the mail, makes a sign-up true; with the proof of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.mailboxes import Consent, Suppression
from chalicelib.errors import InvalidToken
from chalicelib.services.confirm_sign_up import confirm_sign_up, read_sign_up
from chalicelib.services.put_customer import put_customer
from chalicelib.services.save_preferences import Choice, save_preferences
from chalicelib.services.unsubscribe import unsubscribe
from tests.services.sending import DAY
from tests.services.signing_up import ADDRESS, MINUTE, asked, consent, mailbox, open_form, refusal, tokens

HERE = "203.0.113.9"
WORDS = "Yes, you may write to me."


@pytest.fixture
def shop():
    shop = open_form()
    shop.campaign(topic="news")
    return shop


def confirmed(shop, token):
    return confirm_sign_up(shop.app, token, origin=HERE, words=WORDS).state


def link(shop, purpose, email=ADDRESS):
    return shop.app.signer.sign(purpose, [shop.app.keyed.mailbox(email), "c.x", "b", "ann"])


def test_confirming_grants_with_the_proof(shop):
    """Who (the mailbox), when, what text, where from."""
    token = asked(shop, source="footer", text="Yes, news please.", tracking="full")
    shop.clock.advance(5 * MINUTE)

    assert confirmed(shop, token) == "confirmed"

    assert consent(shop) == Consent(
        status="granted",
        basis="double",
        at=shop.clock.now(),
        source="footer",
        text="Yes, news please.",
        origin=HERE,
        tracking="full",
        tracking_by_person=True,
        by_person=True,
    )
    assert refusal(shop) is None
    [customer] = shop.customers.items.values()
    assert (customer.consent_status, customer.tracking) == ("granted", "full")


def test_where_nothing_was_said_there_is_no_tracking_and_the_pages_words_are_the_text(shop):
    confirmed(shop, asked(shop))

    assert (consent(shop).tracking, consent(shop).text) == ("none", WORDS)


def test_reading_changes_nothing_however_often(shop):
    """C1."""
    token = asked(shop)
    before = (shop.mailboxes.writes, shop.customers.writes, dict(shop.files.objects))

    assert {read_sign_up(shop.app, token).state for _ in range(9)} == {"open"}
    assert (shop.mailboxes.writes, shop.customers.writes, shop.files.objects) == before
    assert refusal(shop) == "unconfirmed"


def test_confirming_twice_is_friendly_and_changes_nothing(shop):
    """C5."""
    token = asked(shop)
    confirmed(shop, token)
    before = (dict(shop.mailboxes.items), dict(shop.files.objects))
    shop.clock.advance(DAY)

    assert [confirmed(shop, token) for _ in range(3)] == ["already"] * 3
    assert read_sign_up(shop.app, token).state == "already"
    assert (shop.mailboxes.items, shop.files.objects) == before


def test_only_the_topics_that_were_asked_for_are_granted(shop):
    confirmed(shop, asked(shop, topics=["news"]))

    assert (refusal(shop, "news"), refusal(shop, "offers")) == (None, "left_topic")
    assert consent(shop).topics == {"news": "granted", "offers": "withdrawn"}


def test_what_was_granted_before_stays_granted(shop):
    granted = {"status": "granted", "at": "2026-01-01T00:00:00Z", "topics": {"news": "withdrawn"}, "tracking": "full"}
    put_customer(shop.app, "ann", {"email": ADDRESS, "consent": granted})

    confirmed(shop, asked(shop, topics=["news"]))

    assert (refusal(shop, "news"), refusal(shop, "offers")) == (None, None)
    assert consent(shop).tracking == "full"


def test_a_topic_that_the_person_left_stays_left_until_it_is_asked_for(shop):
    save_preferences(
        shop.app, link(shop, "p"), Choice(status="granted", topics={"offers": "granted", "news": "withdrawn"})
    )
    unsubscribe(shop.app, link(shop, "u"))
    shop.clock.advance(DAY)

    confirmed(shop, asked(shop))
    assert (refusal(shop, "news"), refusal(shop, "offers")) == ("left_topic", None)
    shop.clock.advance(DAY)
    confirmed(shop, asked(shop, topics=["news"]))

    assert (refusal(shop, "news"), refusal(shop, "offers")) == (None, None)
    assert consent(shop).left == ()


def test_a_link_ends_after_seven_days(shop):
    token = asked(shop)
    at = mailbox(shop).asked[0]
    shop.clock.advance(at + timedelta(days=7) - shop.clock.now() - timedelta(microseconds=1))
    assert read_sign_up(shop.app, token).state == "open"
    shop.clock.advance(timedelta(microseconds=1))

    assert confirmed(shop, token) == "over"
    assert refusal(shop) == "unconfirmed"


def test_a_link_from_before_the_person_left_brings_nobody_back(shop):
    """C7: the later word by the same hand holds."""
    token = asked(shop)
    confirmed(shop, token)
    shop.clock.advance(MINUTE)
    unsubscribe(shop.app, link(shop, "u"))
    before = mailbox(shop)

    assert confirmed(shop, token) == "over"
    assert mailbox(shop) == before
    shop.clock.advance(timedelta(hours=2))
    assert confirmed(shop, asked(shop)) == "confirmed"
    assert len(tokens(shop)) == 2


def test_whoever_had_left_comes_back_by_confirming(shop):
    unsubscribe(shop.app, link(shop, "u"))
    shop.clock.advance(MINUTE)

    assert confirmed(shop, asked(shop)) == "confirmed"
    assert refusal(shop) is None


def test_a_suppression_stays_and_an_erased_address_has_no_page(shop):
    """C7."""
    token = asked(shop)
    bounced = Suppression(reason="hard_bounce", scope="all", at=shop.clock.now())
    shop.mailboxes.put(replace(mailbox(shop), suppression=bounced))
    assert confirmed(shop, token) == "confirmed"
    assert refusal(shop) == "suppressed"

    shop.mailboxes.put(replace(mailbox(shop), suppression=replace(bounced, reason="erased"), consent=None))
    for use in (confirmed, lambda shop, token: read_sign_up(shop.app, token)):
        with pytest.raises(InvalidToken):
            use(shop, token)
    assert mailbox(shop).consent is None


def test_what_was_erased_cannot_be_confirmed(shop):
    token = asked(shop)
    shop.files.delete(shop.files.keys("consent/"))

    with pytest.raises(InvalidToken):
        confirmed(shop, token)
    assert refusal(shop) == "unconfirmed"


def test_a_forged_or_a_foreign_token_is_refused_and_changes_nothing(shop):
    """C3, F1."""
    good = asked(shop)
    before = dict(shop.mailboxes.items)
    fields = shop.app.signer.read("confirm", good)

    for bad in ["", "x", good[:-1], good + "A", good.swapcase(), shop.app.signer.sign("u", fields), link(shop, "p")]:
        with pytest.raises(InvalidToken):
            confirmed(shop, bad)
        with pytest.raises(InvalidToken):
            read_sign_up(shop.app, bad)
    assert shop.mailboxes.items == before


def test_the_consent_that_it_replaces_is_kept(shop):
    put_customer(shop.app, "ann", {"email": ADDRESS, "consent": {"status": "withdrawn", "at": "2026-01-01T00:00:00Z"}})

    confirmed(shop, asked(shop))

    kept = [key.rpartition("/")[2] for key in shop.files.keys("consent/")]
    assert [key.partition("-")[0] for key in kept] == ["20260101T000000000000Z", "20261122T120000000000Z"]
