"""Long words lie once for everybody; a mailbox stays small, whatever lawyers write."""

from dataclasses import replace
from datetime import timedelta
from json import dumps

import pytest

from chalicelib.domain.mailboxes import Claim, Consent
from chalicelib.services.confirm_sign_up import confirm_sign_up
from chalicelib.services.consent_history import consent_history
from chalicelib.services.consent_texts import INLINE, keep_text, short_text, with_full_text
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_customers import put_customers
from chalicelib.storage.mailbox_items import mailbox_to_item
from tests.fakes import NOON, make_app
from tests.services.signing_up import asked, consent, mailbox, open_form

LONG = "Yes, I agree. " * 100
SAID = {"status": "granted", "basis": "double", "at": "2026-01-01T00:00:00Z", "text": LONG, "source": "x" * 60}


def texts(app):
    return app.files.keys("consent/texts/")


@pytest.mark.parametrize("text", ["", "Yes.", "x" * INLINE, "ü" * (INLINE // 2)])
def test_short_words_stand_in_the_mailbox(text):
    app = make_app()
    keep_text(app, text)

    assert short_text(text) == text
    assert texts(app) == []


def test_long_words_are_named_and_found_again():
    app = make_app()
    said = Consent(status="granted", at=NOON, text=short_text(LONG))
    for _ in range(3):
        keep_text(app, LONG)

    assert len(said.text) == 71
    assert with_full_text(app, said).text == LONG
    assert len(texts(app)) == 1
    assert with_full_text(make_app(), said) == said  # of a text that is gone, the name


def test_a_thousand_people_with_the_same_words_are_one_file():
    app = make_app()
    people = [(f"p{number}", {"email": f"p{number}@example.com", "consent": SAID}) for number in range(50)]

    put_customers(app, people)
    put_customer(app, "p0", {"consent": SAID})

    assert len(texts(app)) == 1
    [standing] = consent_history(app, app.keyed.mailbox("p7@example.com")).consents
    assert standing.text == LONG.strip()
    assert app.files.keys("consent/") == texts(app)  # the same again replaced nothing


def test_a_dry_run_stores_no_words():
    app = make_app()

    put_customers(app, [("p", {"email": "p@example.com", "consent": SAID})], dry_run=True)

    assert texts(app) == []


def test_the_words_of_a_form_are_named_too():
    shop = open_form()
    confirm_sign_up(shop.app, asked(shop, text=LONG), origin="203.0.113.9", words="")

    assert consent(shop).text == short_text(LONG.strip())
    assert with_full_text(shop.app, consent(shop)).text == LONG.strip()


def test_a_full_mailbox_stays_below_a_kilobyte():
    """Every claim writes it: DynamoDB charges each kilobyte begun."""
    shop = open_form()
    put_customer(shop.app, "ann", {"email": "ann@example.com", "consent": {**SAID, "topics": {"news": "withdrawn"}}})
    claims = {f"{number:024x}": Claim(batch_id="b" * 16, at=NOON) for number in range(4)}
    day = timedelta(days=1)
    full = replace(mailbox(shop), recent=claims, asked=(NOON,) * 3, paused_until=NOON + day, lifted_at=NOON)

    assert len(dumps(mailbox_to_item(full))) < 1400  # as JSON; DynamoDB's own form has no quotes and braces
    assert len(dumps(mailbox_to_item(replace(full, recent={}, asked=(), lifted_at=None)))) < 600
