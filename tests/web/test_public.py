import json
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.mailboxes import Mailbox
from chalicelib.domain.messages import Batch, Message
from chalicelib.services.issue_voucher import issue_voucher
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_offer import put_offer
from chalicelib.services.put_shop import put_shop
from tests.fakes import NOON

URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
CONSENT = {"status": "granted", "at": "2026-01-01T00:00:00Z", "topics": {"news": "withdrawn"}}


@pytest.fixture
def ann(app):
    return put_customer(
        app, "ann", {"email": "ann@example.com", "first_name": "Ann<b>", "last_name": "Secret", "consent": CONSENT}
    )


@pytest.fixture
def voucher(app, ann):
    put_offer(app, "treat", {"benefit": {"kind": "percent", "percent": 15}, "validity": {"days_from_issue": 14}})
    return issue_voucher(app, "treat", "ann")


def unsubscribe_path(app, ann):
    return "/u/" + app.signer.sign("u", [ann.mailbox, "c.x", "b1", "ann"])


def preferences_path(app, ann):
    return "/p/" + app.signer.sign("p", [ann.mailbox, "c.x", "b1", "ann"])


def offer_path(app, voucher, customer="ann"):
    return "/r/" + app.signer.sign("r", [voucher.code, "c.x", "b1", customer])


def status_of(app, ann):
    return app.mailboxes.get(ann.mailbox).consent.status


def text_of(answer):
    return answer.body.decode()


def assert_locked(answer):
    """F7."""
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_opening_the_unsubscribe_link_any_number_of_times_changes_nothing(app, client, ann):
    """C1."""
    before = app.mailboxes.get(ann.mailbox)
    for method in ("GET", "HEAD") * 5:
        answer = client.http.request(method, unsubscribe_path(app, ann))
        assert answer.status_code == 200
        assert_locked(answer)

    assert app.mailboxes.get(ann.mailbox) == before
    assert "Unsubscribe from Kettle &amp; Crane?" in text_of(client.http.get(unsubscribe_path(app, ann)))


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (URLENCODED, b"List-Unsubscribe=One-Click"),
        (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--'),
        ({}, b""),
        ({"Content-Type": "text/plain"}, b"\xff"),
    ],
)
def test_one_click_needs_no_cookie_and_answers_200_without_a_redirect(app, client, ann, headers, body):
    """C2: RFC 8058."""
    answer = client.http.post(unsubscribe_path(app, ann), headers=headers, body=body)

    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert "You are unsubscribed" in text_of(answer)
    assert status_of(app, ann) == "withdrawn"
    assert_locked(answer)


def test_a_second_click_is_a_friendly_already_done(app, client, ann):
    """C2, C5."""
    client.http.post(unsubscribe_path(app, ann), headers=URLENCODED)
    once = app.mailboxes.get(ann.mailbox)
    again = client.http.post(unsubscribe_path(app, ann), headers=URLENCODED)

    assert again.status_code == 200
    assert "Already done" in text_of(again)
    assert app.mailboxes.get(ann.mailbox) == once
    assert "Already done" in text_of(client.http.get(unsubscribe_path(app, ann)))


def test_unsubscribing_never_says_done_without_a_durable_record(app, client, ann, monkeypatch, caplog):
    """C4, F6: the database throttles; the page says that nothing was changed, the log names no address or token."""
    error = ClientError({"Error": {"Code": "ThrottlingException", "Message": "ann@example.com"}}, "PutItem")

    def throttled(mailbox: Mailbox) -> Mailbox:
        raise error

    monkeypatch.setattr(app.mailboxes, "put", throttled)
    path = unsubscribe_path(app, ann)
    answer = client.http.post(path, headers=URLENCODED)

    assert answer.status_code == 500
    assert "nothing was changed" in text_of(answer)
    assert status_of(app, ann) == "granted"
    [record] = [record for record in caplog.records if record.name == "habitue"]
    assert json.loads(record.message)["errors"][0] == "ClientError ThrottlingException"
    assert "ann@" not in caplog.text
    assert path.removeprefix("/u/") not in caplog.text


def test_the_unsubscribe_page_leads_to_the_preferences_of_the_same_person(app, client, ann):
    page = text_of(client.http.get(unsubscribe_path(app, ann)))
    token = page.partition('href="../p/')[2].partition('"')[0]

    assert app.signer.read("p", token) == [ann.mailbox, "c.x", "b1", "ann"]
    assert client.http.get(f"/p/{token}").status_code == 200


def test_preferences_show_what_holds_and_change_nothing(app, client, ann):
    """C1."""
    before = app.mailboxes.get(ann.mailbox)
    page = text_of(client.http.get(preferences_path(app, ann)))

    assert 'value="offers" checked>' in page
    assert 'value="news">' in page
    assert app.mailboxes.get(ann.mailbox) == before


def test_a_saved_choice_holds_topic_by_topic(app, client, ann):
    answer = client.http.post(preferences_path(app, ann), headers=URLENCODED, body=b"topic=news&topic=unknown")
    page, consent = text_of(answer), app.mailboxes.get(ann.mailbox).consent

    assert answer.status_code == 200
    assert "Your choice is saved" in page
    assert (consent.status, dict(consent.topics)) == ("granted", {"news": "granted", "offers": "withdrawn"})
    assert 'value="news" checked>' in page
    assert 'value="offers">' in page


@pytest.mark.parametrize("body", [b"", b"none=1", b"topic=news&none=1"])
def test_choosing_nothing_withdraws_everything(app, client, ann, body):
    client.http.post(preferences_path(app, ann), headers=URLENCODED, body=body)

    assert status_of(app, ann) == "withdrawn"
    assert "granted" not in app.mailboxes.get(ann.mailbox).consent.topics.values()


def test_a_pause_and_the_tracking_are_chosen_on_the_same_page(app, client, ann):
    """Both stay as they are where a form does not name them."""
    path = preferences_path(app, ann)
    page = text_of(client.http.post(path, headers=URLENCODED, body=b"topic=offers&pause=30&tracking=full"))
    box = app.mailboxes.get(ann.mailbox)
    assert (box.paused_until, box.consent.tracking) == (NOON + timedelta(days=30), "full")
    assert "Paused until 22 December 2026" in page
    assert 'name="tracking" value="full" checked' in page

    client.http.post(path, headers=URLENCODED, body=b"topic=offers&pause=keep")
    client.http.post(path, headers=URLENCODED, body=b"topic=offers&pause=nonsense&tracking=all")
    assert app.mailboxes.get(ann.mailbox) == box
    page = text_of(client.http.post(path, headers=URLENCODED, body=b"topic=offers&pause=0&tracking=none"))
    box = app.mailboxes.get(ann.mailbox)
    assert (box.paused_until, box.consent.tracking) == (None, "none")
    assert 'name="pause" value="0" checked' in page


def test_saving_the_same_twice_is_a_friendly_already_done(app, client, ann):
    """C5."""
    first, again = (client.http.post(preferences_path(app, ann), headers=URLENCODED, body=b"none=1") for _ in range(2))

    assert "Your choice is saved" in text_of(first)
    assert "Already done" in text_of(again)
    assert again.status_code == 200


def test_topics_have_the_names_that_the_shop_gave_them(app, client, ann):
    labels = {"tips": "Tips & <tricks>", "news": {"en": "News", "de": "Neues"}}
    put_shop(app, {"topics": labels})

    page = text_of(client.http.get(preferences_path(app, ann)))
    assert page.index("Tips &amp; &lt;tricks&gt;") < page.index("<span>News</span>") < page.index("Offers and news")
    put_customer(app, "ann", {"locale": "de"})
    assert "<span>Neues</span>" in text_of(client.http.get(preferences_path(app, ann)))


def test_a_form_that_is_far_too_long_changes_nothing(app, client, ann):
    before = app.mailboxes.get(ann.mailbox)
    for body in (b"topic=" + b"x" * 20_000, b"&".join([b"topic=a"] * 1_000)):
        assert client.http.post(preferences_path(app, ann), headers=URLENCODED, body=body).status_code == 404

    assert app.mailboxes.get(ann.mailbox) == before


def test_the_offer_page_shows_the_first_name_and_the_voucher_and_changes_nothing(app, client, voucher):
    """C1: a GET never activates."""
    before = app.vouchers.get(voucher.code)
    for method in ("GET", "HEAD") * 3:
        assert client.http.request(method, offer_path(app, voucher)).status_code == 200
    answer = client.http.get(offer_path(app, voucher))
    page = text_of(answer)

    assert app.vouchers.get(voucher.code) == before
    assert "Hello Ann&lt;b&gt;, here is your offer:" in page
    assert "15% off" in page
    assert "Valid until 6 December 2026" in page
    assert "<svg" in page
    assert "Use this offer" in page
    assert "Secret" not in page
    assert "ann@example.com" not in page
    assert_locked(answer)


def test_using_the_offer_activates_it_once_and_says_what_to_do(app, client, voucher):
    first = client.http.post(offer_path(app, voucher), headers=URLENCODED)
    activated = app.vouchers.get(voucher.code)
    again = client.http.post(offer_path(app, voucher), headers=URLENCODED)

    assert (first.status_code, again.status_code) == (200, 200)
    assert "Show this at the till" in text_of(first)
    assert activated.status == "activated"
    assert app.vouchers.get(voucher.code) == activated
    assert "Show this at the till" in text_of(client.http.get(offer_path(app, voucher)))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_offer_that_is_over_says_one_neutral_sentence_without_the_code(app, client, voucher, method):
    app.clock.advance(timedelta(days=15))
    before = app.vouchers.get(voucher.code)
    answer = client.http.request(method, offer_path(app, voucher), headers=URLENCODED)
    page = text_of(answer)

    assert answer.status_code == 200
    assert "This offer is no longer available" in page
    assert "Thank you for looking in" in page
    assert voucher.code[:5] not in page
    assert "<svg" not in page
    assert app.vouchers.get(voucher.code) == before


def test_pages_speak_the_customers_language(app, client, ann, voucher):
    put_customer(app, "ann", {"locale": "de-AT"})

    assert "Hier ist" in text_of(client.http.get(offer_path(app, voucher))).replace("hier ist", "Hier ist")
    page = text_of(client.http.get(unsubscribe_path(app, ann)))
    assert '<html lang="de">' in page
    assert "Von Kettle &amp; Crane abmelden?" in page


def test_a_click_redirects_to_the_signed_address_and_is_noted(app, client):
    """C13: a machine is led on like a person, and labelled. D1: what a header cannot hold is percent-encoded."""
    written, target = "https://shop.example.com/thé?a=1&b=%20#x", "https://shop.example.com/th%C3%A9?a=1&b=%20#x"
    put_customer(app, "ann", {"email": "ann@example.com", "consent": {**CONSENT, "tracking": "full"}})
    app.messages.create(
        Message(id="c.x", source="campaign", name="x", once_key="c.x", template="t", versions={}, created_at=NOON), NOON
    )
    app.batches.create_many([Batch(message_id="c.x", id="b1", people=("ann",), due_at=NOON)])
    token = app.signer.sign("c", ["c.x", "b1", "ann", written])

    head = client.http.head(f"/c/{token}")
    assert (head.status_code, head.headers["Location"]) == (302, target)
    assert app.rows.get("c.x", "b1", "ann").clicked_at is None
    scanned = client.http.get(f"/c/{token}", headers={"User-Agent": "Barracuda Sentinel (EE)"})
    assert (scanned.status_code, scanned.headers["Location"]) == (302, target)
    assert app.rows.get("c.x", "b1", "ann").clicked_at is None
    answer = client.http.get(f"/c/{token}", headers={"User-Agent": "Mozilla/5.0 Firefox/145.0", "Accept": "*/*"})
    assert (answer.status_code, answer.headers["Location"], answer.body) == (302, target, b"")
    row = app.rows.get("c.x", "b1", "ann")
    assert (row.clicked_at, [click.sign for click in row.clicks]) == (NOON, ["", "head", "scanner"])
    assert_locked(answer)


def test_a_mail_in_the_browser_runs_no_script_and_is_sent_as_it_is(app, client, monkeypatch):
    """D10."""
    html = "<html><body><p>Hällo</p></body></html>"
    monkeypatch.setattr("chalicelib.services.view_mail.view_mail", lambda app, token: html)
    answer = client.http.get("/v/" + app.signer.sign("v", ["c.x", "b1", "ann"]))

    assert answer.body == html.encode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script" not in policy
    assert "form-action 'none'" in policy
    assert_locked(answer)


def damaged(token):
    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        yield token[:place] + other + token[place + 1 :]
    yield from (token[:-1], token[: len(token) // 2], token + "A", token + "%0A", "x", "%00", "%FF", token.swapcase())


def test_every_token_that_is_not_ours_gets_the_same_plain_page(app, client, ann, voucher):
    """C3, F1: forged, cut short, of another purpose, of another customer; nothing changes and nothing is told."""
    fields = {
        "c": ["c.x", "b1", "ann", "https://shop.example.com/"],
        "u": [ann.mailbox, "c.x", "b1", "ann"],
        "p": [ann.mailbox, "c.x", "b1", "ann"],
        "v": ["c.x", "b1", "ann"],
        "r": [voucher.code, "c.x", "b1", "ann"],
        "s": ["gift", '"tea"', ann.mailbox, "c.x", "ann"],
    }
    before = app.mailboxes.get(ann.mailbox), app.vouchers.get(voucher.code), app.customers.get("ann")
    pages = set()
    for purpose in fields:
        tokens = [app.signer.sign(other, fields[other]) for other in fields if other != purpose]
        tokens += damaged(app.signer.sign(purpose, fields[purpose]))
        methods = ("GET", "POST") if purpose in "uprs" else ("GET",)
        for token in tokens:
            for method in methods:
                answer = client.http.request(method, f"/{purpose}/{token}", headers=URLENCODED)
                assert answer.status_code == 404, (purpose, token)
                pages.add(answer.body)
    stranger = client.http.get(offer_path(app, voucher, "bob"))

    assert (stranger.status_code, pages) == (404, {stranger.body})
    assert b"This link does not work" in stranger.body
    assert (app.mailboxes.get(ann.mailbox), app.vouchers.get(voucher.code), app.customers.get("ann")) == before


def test_a_token_of_a_retired_key_works_and_new_ones_use_the_new_key(app, client, ann):
    """C3, F2: three years old; reading and leaving."""
    from chalicelib.email.links import LinkSigner
    from chalicelib.wiring import override_app

    path = unsubscribe_path(app, ann)
    app.clock.advance(timedelta(days=3 * 365 + 1))
    rotated = replace(
        app, signer=LinkSigner([b"a new key of thirty-two bytes...", b"a link key of thirty-two bytes!!"])
    )
    restore = override_app(rotated)
    try:
        assert client.http.get(path).status_code == 200
        assert "You are unsubscribed" in text_of(client.http.post(path, headers=URLENCODED))
    finally:
        restore()
    assert status_of(app, ann) == "withdrawn"
    assert unsubscribe_path(rotated, ann) != path


def test_error_pages_stand_also_where_the_shop_cannot_be_read(app, client, monkeypatch):
    def broken():
        raise RuntimeError("down")

    monkeypatch.setattr(app.catalog, "shop", broken)
    answer = client.http.get("/u/x")

    assert answer.status_code == 404
    assert "This link does not work" in text_of(answer)
    assert_locked(answer)


def test_the_shops_brand_colours_the_page(app, client, ann):
    put_shop(app, {"brand": {"colour": "#0a7"}})

    assert "--brand:#00aa77;--on-brand:#000000;" in text_of(client.http.get(unsubscribe_path(app, ann)))


@pytest.mark.parametrize("kind", ["u", "p", "v", "r", "s", "confirm"])
def test_a_link_of_a_test_mail_says_what_the_real_one_does_and_changes_nothing(app, client, ann, kind):
    """C1, E9: also the button that a mail program shows."""
    path = "/t/" + app.signer.sign("t", [kind])
    before = app.mailboxes.get(ann.mailbox)
    for method, headers, body in (
        ("GET", {}, b""),
        ("HEAD", {}, b""),
        ("POST", URLENCODED, b"List-Unsubscribe=One-Click"),
    ):
        answer = client.http.request(method, path, headers=headers, body=body)
        assert answer.status_code == 200
        assert_locked(answer)
        assert "This is a test mail" in text_of(answer)
    assert app.mailboxes.get(ann.mailbox) == before


def test_a_click_in_a_test_mail_leads_on(app, client):
    answer = client.http.get("/t/" + app.signer.sign("t", ["c", "https://shop.example.com/?a=1&b=2"]))

    assert (answer.status_code, answer.headers["Location"]) == (302, "https://shop.example.com/?a=1&b=2")


def test_tokens_of_tests_and_of_mails_are_apart(app, client, ann):
    """F1, C3."""
    assert client.http.get(unsubscribe_path(app, ann).replace("/u/", "/t/")).status_code == 404
    assert client.http.post("/u/" + app.signer.sign("t", ["u"])).status_code == 404
    assert client.http.get("/t/" + app.signer.sign("t", ["c", "https://x.example.com"])[:-1]).status_code == 404
