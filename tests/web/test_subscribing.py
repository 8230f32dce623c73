"""The sign-up form over HTTP: one answer for everybody, JSON or a page, and the pages behind the link."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.deploy.places import ROOT
from chalicelib.domain.mailboxes import Suppression
from chalicelib.services.activate_template import activate_template
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_template import put_template
from chalicelib.services.save_preferences import Choice, save_preferences
from tests.web.test_public import URLENCODED, assert_locked, text_of

SOURCE = (
    "<html><head><title>Is it you?</title></head><body>{% if confirmation %}<a href='{{ confirmation.url }}'>Yes</a>"
    "{% endif %}<a href='{{ unsubscribe_url }}'>No</a>{{ postal_address }}</body></html>"
)
ADDRESS = "ann@example.com"


@pytest.fixture(autouse=True)
def _template(app):
    activate_template(app, "confirm", put_template(app, "confirm", "en", None, SOURCE, mjml=False)["version"])


def enter(client, body, headers=URLENCODED):
    return client.http.post("/v1/subscribe", headers=headers, body=urlencode(body, doseq=True).encode())


def confirm_path(app):
    """The link of the only sign-up."""
    hash_ = app.keyed.mailbox(ADDRESS)
    [key] = [key for key in app.files.keys(f"consent/{hash_}/") if key.endswith("-sign-up.json")]
    at = key.rpartition("/")[2].partition("-")[0]
    [customer] = app.customers.by_mailbox(hash_)
    return "/confirm/" + app.signer.sign("confirm", [hash_, at, customer])


def test_everybody_gets_the_same_answer(app, v1):
    """Who is known, suppressed, erased or asked too often is nobody's business."""
    put_customer(app, "bo", {"email": "bo@example.com", "consent": {"status": "granted", "at": "2026-01-01T00:00:00Z"}})
    for name, reason in (("cy", "hard_bounce"), ("di", "erased")):
        made = put_customer(app, name, {"email": f"{name}@example.com"})
        gone = Suppression(reason=reason, scope="all", at=app.clock.now())  # type: ignore[arg-type]
        app.mailboxes.put(replace(app.mailboxes.get(made.mailbox), suppression=gone))
    addresses = [ADDRESS, ADDRESS, "bo@example.com", "cy@example.com", "di@example.com"]

    answers = [v1.call("POST", "/subscribe", {"email": address}, Authorization="") for address in addresses]

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.body for answer in answers}) == 1
    assert answers[0].json_body["status"] == "accepted"
    assert len(app.messages.of("s", "confirm")) == 1


def test_a_browser_gets_a_page(app, client):
    answer = enter(client, {"email": ADDRESS, "first_name": "", "topic": ["offers"], "source": "footer"})

    assert answer.status_code == 202
    assert "look into your mailbox" in text_of(answer)
    assert_locked(answer)
    assert app.mailboxes.get(app.keyed.mailbox(ADDRESS)).consent.source == "footer"


def test_the_page_speaks_the_language_of_the_form(app, client):
    assert "in Ihr Postfach" in text_of(enter(client, {"email": ADDRESS, "locale": "de-AT"}))
    assert "noch nicht geklappt" in text_of(enter(client, {"email": "ann", "locale": "de"}))


@pytest.mark.parametrize("body", [{"email": "ann"}, {}, {"email": [ADDRESS, ADDRESS]}, {"email": ADDRESS, "x": "y"}])
def test_a_browser_gets_a_page_for_a_wrong_form_too(app, client, body):
    answer = enter(client, body)

    assert answer.status_code == 422
    assert "check the address" in text_of(answer)
    assert app.mailboxes.items == {}


def test_too_many_fields_or_too_long_a_form_is_refused(app, client):
    """F5."""
    assert enter(client, {f"f{number}": "x" for number in range(200)}).status_code == 422
    assert enter(client, {"email": ADDRESS, "text": "x" * 20_000}).status_code == 422
    assert app.mailboxes.items == {}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"email": "ann"}', 422, "invalid"),
        (b'{"email": 7}', 422, "invalid"),
        (b'["ann@example.com"]', 400, "malformed"),
        (b'{"email": NaN}', 400, "malformed"),
        (b'{"email": "a@b.example", "email": "c@d.example"}', 400, "malformed"),
        (b'{"email": "' + b"a" * 20_000 + b'"}', 413, "too_large"),
    ],
)
def test_a_program_gets_an_error_that_names_the_field(app, v1, body, status, code):
    """F5."""
    answer = v1.call("POST", "/subscribe", body)

    assert (answer.status_code, answer.json_body["error"]["code"]) == (status, code)
    assert app.mailboxes.items == {}


def test_looking_at_the_link_changes_nothing(app, client):
    """C1: scanners open it."""
    enter(client, {"email": ADDRESS})
    path, before = confirm_path(app), dict(app.mailboxes.items)

    for method in ("GET", "HEAD") * 3:
        answer = client.http.request(method, path)
        assert answer.status_code == 200
        assert_locked(answer)

    assert app.mailboxes.items == before
    assert "may write to me by e-mail about: Offers and news" in text_of(client.http.get(path))


def test_confirming_and_confirming_again(app, client):
    """C5, C8."""
    enter(client, {"email": ADDRESS})
    path = confirm_path(app)

    first, again = (client.http.post(path, headers=URLENCODED, body=b"") for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert "Your address is confirmed" in text_of(first)
    assert "Already done" in text_of(again)
    assert "Already done" in text_of(client.http.get(path))
    consent = app.mailboxes.get(app.keyed.mailbox(ADDRESS)).consent
    assert (consent.status, consent.by_person) == ("granted", True)
    assert (
        consent.text == "Yes, Kettle & Crane may write to me by e-mail about: Offers and news. I can leave at any time."
    )
    link = text_of(first).partition('href="../p/')[2].partition('"')[0]
    assert client.http.get(f"/p/{link}").status_code == 200


def test_the_words_of_a_form_are_not_shown_on_our_page(app, client):
    """Anybody can send the form: the page of the shop is no place for a stranger's words."""
    enter(client, {"email": ADDRESS, "text": "Your account is locked, call 0900 666", "first_name": "Prize winner"})

    page = text_of(client.http.get(confirm_path(app)))

    assert "locked" not in page
    assert "Prize" not in page


def test_a_link_that_is_too_old_says_so(app, client):
    enter(client, {"email": ADDRESS})
    path = confirm_path(app)
    app.clock.advance(timedelta(days=7))

    for answer in (client.http.get(path), client.http.post(path, headers=URLENCODED, body=b"")):
        assert answer.status_code == 410
        assert "no longer open" in text_of(answer)
    assert app.mailboxes.get(app.keyed.mailbox(ADDRESS)).consent.status == "pending"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_wrong_token_gets_the_same_plain_page(app, client, method):
    """C3, F1: forged, cut short, of another purpose, of somebody who was erased."""
    enter(client, {"email": ADDRESS})
    good = confirm_path(app)
    foreign = "/confirm/" + app.signer.sign("u", app.signer.read("confirm", good.removeprefix("/confirm/")))
    pages = [client.http.request(method, path, headers=URLENCODED) for path in (good[:-1], good + "x", foreign)]
    app.files.delete(app.files.keys("consent/"))
    pages.append(client.http.request(method, good, headers=URLENCODED))

    assert {page.status_code for page in pages} == {404}
    assert len({page.body for page in pages}) == 1
    assert app.mailboxes.get(app.keyed.mailbox(ADDRESS)).consent.status == "pending"


def test_a_throttled_database_is_never_answered_as_done(app, client, monkeypatch):
    """C4 for both pages."""
    enter(client, {"email": ADDRESS})
    path = confirm_path(app)
    before = dict(app.mailboxes.items)

    def throttled(_):
        raise RuntimeError("ProvisionedThroughputExceededException")

    monkeypatch.setattr(app.mailboxes, "put", throttled)
    answer = client.http.post(path, headers=URLENCODED, body=b"")
    entered = client.http.post("/v1/subscribe", headers=URLENCODED, body=b"email=new%40example.com")

    assert (answer.status_code, entered.status_code) == (500, 500)
    assert "nothing was changed" in text_of(answer)
    assert app.mailboxes.items == before


def test_after_leaving_the_old_link_is_over(app, client):
    """C7."""
    enter(client, {"email": ADDRESS})
    path = confirm_path(app)
    client.http.post(path, headers=URLENCODED, body=b"")
    app.clock.advance(timedelta(minutes=1))
    hash_ = app.keyed.mailbox(ADDRESS)
    save_preferences(
        app, app.signer.sign("p", [hash_, "m", "b", "c"]), Choice(status="withdrawn", topics={"offers": "withdrawn"})
    )

    assert client.http.post(path, headers=URLENCODED, body=b"").status_code == 410
    assert app.mailboxes.get(hash_).consent.status == "withdrawn"


def test_a_shop_that_is_not_ready_says_to_come_back(app, client, v1):
    document = app.catalog.get("template", "confirm")
    app.catalog.put(replace(document, body={"locales": {}}))

    assert enter(client, {"email": ADDRESS}).status_code == 503
    answer = v1.call("POST", "/subscribe", {"email": ADDRESS})
    assert (answer.status_code, answer.json_body["error"]["code"]) == (503, "busy")
    assert app.mailboxes.items == {}


def test_the_export_of_a_person_tells_the_whole_history(app, client, v1):
    """Who, when, what text, where from: of every consent, the one that stands last."""
    enter(client, {"email": ADDRESS, "text": "Yes, please.", "source": "footer"})
    client.http.post(confirm_path(app), headers=URLENCODED, body=b"")
    v1.put(f"/suppressions?email={ADDRESS}", {"scope": "marketing"})
    [customer] = app.customers.by_mailbox(app.keyed.mailbox(ADDRESS))

    mailbox = v1.get(f"/customers/{customer}/export").json_body["mailbox"]

    assert [(one["status"], one["text"]) for one in mailbox["consents"]] == [
        ("pending", "Yes, please."),
        ("granted", "Yes, please."),
    ]
    assert [(one["source"], one["text"]) for one in mailbox["sign_ups"]] == [("footer", "Yes, please.")]
    assert [one["action"] for one in mailbox["changes"]] == ["suppressed"]
    assert mailbox["suppression"]["scope"] == "marketing"


def test_the_form_in_the_documentation_works(app, client):
    """Its fields, as a browser sends them, with an address filled in."""
    page = (ROOT / "docs" / "consent.md").read_text()
    [form] = re.findall(r"<form.*?</form>", page, re.DOTALL)
    assert re.search(r'action="[^"]*/v1/subscribe" method="post"', form)
    fields = dict.fromkeys(re.findall(r'name="(\w+)"', form), "")
    fields |= dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))

    assert enter(client, {**fields, "email": ADDRESS}).status_code == 202

    consent = app.mailboxes.get(app.keyed.mailbox(ADDRESS)).consent
    assert (consent.source, consent.text) == (fields["source"], fields["text"])
