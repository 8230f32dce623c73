"""Every grant and every withdrawal can be shown later: who, when, what text, where from, until when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.mailboxes import Consent
from chalicelib.errors import StaleRevision
from chalicelib.services.confirm_sign_up import confirm_sign_up
from chalicelib.services.consent_history import ConsentHistory, consent_history
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_customers import put_customers
from chalicelib.services.save_preferences import Choice, save_preferences
from chalicelib.services.unsubscribe import unsubscribe
from tests.fakes import make_app
from tests.services.signing_up import ADDRESS, MINUTE, asked, mailbox, open_form

SOFT = {
    "status": "granted",
    "basis": "soft",
    "at": "2026-01-01T00:00:00Z",
    "source": "checkout",
    "text": "We may write to you about similar goods.",
    "expires_at": "2028-01-01T00:00:00Z",
}


def history(app):
    return consent_history(app, app.keyed.mailbox(ADDRESS))


def link(app, purpose):
    return app.signer.sign(purpose, [app.keyed.mailbox(ADDRESS), "c.x", "b", "ann"])


def test_the_whole_story_of_an_address():
    shop = open_form()
    app = shop.app
    put_customer(app, "ann", {"email": ADDRESS, "consent": SOFT})
    save_preferences(app, link(app, "p"), Choice(status="granted", topics={"offers": "withdrawn", "news": "granted"}))
    shop.clock.advance(MINUTE)
    unsubscribe(app, link(app, "u"))
    shop.clock.advance(MINUTE)
    confirm_sign_up(app, asked(shop, text="Yes, again."), origin="203.0.113.9", words="")

    found = history(app)

    assert [(one.status, one.basis, one.source, one.text) for one in found.consents] == [
        ("granted", "soft", "checkout", SOFT["text"]),
        ("granted", "soft", "preferences page", SOFT["text"]),
        ("withdrawn", "soft", "unsubscribe link of message c.x", SOFT["text"]),
        ("granted", "double", "sign-up form", "Yes, again."),
    ]
    assert found.consents[0].expires_at.isoformat() == "2028-01-01T00:00:00+00:00"
    assert found.consents[1].topics == {"offers": "withdrawn", "news": "granted"}
    assert found.consents[-1] == mailbox(shop).consent
    [(at, wish)] = found.sign_ups
    assert at == mailbox(shop).asked[0]
    assert (wish.text, wish.origin, wish.email) == ("Yes, again.", "198.51.100.7", "")


def test_an_import_keeps_what_it_replaces_and_a_repeat_adds_nothing():
    app = make_app()
    other = {**SOFT, "at": "2026-02-01T00:00:00Z", "text": "Other words."}
    for _ in range(3):
        put_customers(app, [("ann", {"email": ADDRESS, "consent": SOFT})])
        put_customers(app, [("ann", {"consent": other})])

    assert [one.text for one in history(app).consents] == [SOFT["text"], "Other words."]
    assert len(app.files.keys("consent/")) == 1


def test_the_same_said_each_night_with_a_new_date_does_not_pile_up():
    app = make_app()
    for day in range(1, 20):
        put_customers(app, [("ann", {"email": ADDRESS, "consent": {**SOFT, "at": f"2026-01-{day:02}T00:00:00Z"}})])

    [standing] = history(app).consents
    assert standing.at.day == 19


def test_a_write_that_is_lost_to_a_rival_leaves_no_false_proof(monkeypatch):
    """A2: kept before it is replaced; as long as it stands it is shown once."""
    app = make_app()
    put_customer(app, "ann", {"email": ADDRESS, "consent": SOFT})
    monkeypatch.setattr(app.mailboxes, "put", lambda mailbox: (_ for _ in ()).throw(StaleRevision("rival")))
    with pytest.raises(StaleRevision):
        unsubscribe(app, link(app, "u"))

    [standing] = history(app).consents
    assert standing.status == "granted"


def test_nothing_is_known_of_an_unknown_address():
    assert history(make_app()) == ConsentHistory(consents=(), sign_ups=(), suppressions=())


def test_a_consent_ends_at_the_last_check():
    """A soft basis that ends between plan and send."""
    shop = open_form()
    shop.person("ann")
    until = shop.clock.now() + timedelta(hours=1)
    soft = Consent(status="granted", basis="soft", at=shop.clock.now(), expires_at=until)
    shop.mailboxes.put(replace(shop.box("ann"), consent=soft))
    shop.launch(send_at="2026-11-22T13:00:00Z")
    shop.run(timedelta(minutes=10))

    assert shop.statuses() == {"ann": "consent_expired"}
    assert shop.mailer.accepted == []
