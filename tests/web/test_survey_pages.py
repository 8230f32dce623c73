"""The page of a survey link: it shows, asks, stores by POST alone, and thanks."""

import json
from urllib.parse import urlencode

import pytest

from chalicelib.domain.customer_fields import MAX_ATTRIBUTE, MAX_ATTRIBUTES
from chalicelib.services.put_customer import put_customer
from tests.web.test_public import CONSENT, URLENCODED, assert_locked, text_of


@pytest.fixture
def ann(app):
    fields = {"email": "ann@example.com", "first_name": "Ann", "last_name": "Secret", "consent": CONSENT}
    return put_customer(app, "ann", {**fields, "attributes": {"wish": "an older secret"}})


@pytest.fixture
def send(client):
    def send(path, **form):
        return client.http.post(path, headers=URLENCODED, body=urlencode(form).encode())

    return send


def path(app, ann, answer="a tin of <tea>", question="gift"):
    fields = [question, json.dumps(answer), ann.mailbox, "c.x", "ann"]
    return "/s/" + app.signer.sign("s", fields)


def attributes(app):
    return dict(app.customers.get("ann").attributes)


@pytest.mark.parametrize("answer", ["a tin of <tea>", 50, None])
def test_opening_it_any_number_of_times_changes_nothing_and_shows_nothing_of_the_person(app, client, ann, answer):
    """C1, F7."""
    before = app.customers.get("ann")
    for method in ("GET", "HEAD") * 5:
        found = client.http.request(method, path(app, ann, answer, "wish"))
        assert found.status_code == 200
        assert_locked(found)
    page = text_of(client.http.get(path(app, ann, answer, "wish")))

    assert app.customers.get("ann") == before
    assert page.count(">Send my answer</button>") == 1
    assert not {word for word in ("Secret", "ann@", "an older secret", "wish") if word in page}


def test_the_answer_of_the_link_is_shown_as_text_with_one_button(app, client, ann):
    """D8."""
    page = text_of(client.http.get(path(app, ann)))

    assert '<p class="answer">a tin of &lt;tea&gt;</p>' in page
    assert "<textarea" not in page


@pytest.mark.parametrize(("answer", "kept"), [("a tin of <tea>", "a tin of <tea>"), (50, 50), (2.5, 2.5)])
def test_the_button_stores_it_and_thanks(app, client, ann, answer, kept):
    for _ in range(2):
        found = client.http.post(path(app, ann, answer), headers=URLENCODED)
        assert (found.status_code, attributes(app)["gift"]) == (200, kept)
        assert "Your answer has reached Kettle &amp; Crane" in text_of(found)
        assert_locked(found)


def test_the_answer_of_another_link_takes_its_place(app, client, ann):
    for answer in ("tea", "coffee"):
        client.http.post(path(app, ann, answer), headers=URLENCODED)

    assert attributes(app)["gift"] == "coffee"


def test_own_words_are_stored(app, ann, send):
    found = send(path(app, ann, None, "wish"), answer="Longer hours & more\r\nthé")

    assert found.status_code == 200
    assert attributes(app)["wish"] == "Longer hours & more thé"


@pytest.mark.parametrize("words", ["", " \r\n", "x" * (MAX_ATTRIBUTE + 1), "</textarea><b>\x00", "a\x1bb"])
def test_words_that_cannot_be_stored_are_given_back_with_what_to_do(app, ann, send, words):
    found = send(path(app, ann, None, "wish"), answer=words)
    page = text_of(found)

    assert found.status_code == 422
    assert_locked(found)
    assert "Please write 1 to 500 characters of plain text." in page
    assert 'role="alert"' in page
    assert "</textarea><b>" not in page
    assert words.strip()[:2].replace("<", "&lt;") in page
    assert attributes(app) == {"wish": "an older secret"}


def test_a_form_without_the_field_and_one_that_is_far_too_long_store_nothing(app, client, ann, send):
    """The second is none of ours: our page never sends that much."""
    assert client.http.post(path(app, ann, None, "wish")).status_code == 422
    assert send(path(app, ann, None, "wish"), answer="x" * 20_000).status_code == 404
    assert attributes(app) == {"wish": "an older secret"}


def test_an_answer_for_which_there_is_no_room_says_so(app, client, ann):
    put_customer(app, "ann", {"attributes": {f"a{number}": 1 for number in range(MAX_ATTRIBUTES - 1)}})

    found = client.http.post(path(app, ann), headers=URLENCODED)

    assert (found.status_code, "gift" in attributes(app)) == (422, False)
    assert "Your answer could not be kept. Please tell Kettle &amp; Crane in another way." in text_of(found)


def test_whoever_was_erased_or_has_another_address_gets_the_plain_page(app, client, ann):
    """C3."""
    old = path(app, ann)
    plain = client.http.get("/s/nothing")
    put_customer(app, "ann", {"email": "new@example.com"})
    answers = [client.http.request(method, old, headers=URLENCODED) for method in ("GET", "POST")]
    app.customers.delete("ann")
    answers += [client.http.request(method, old, headers=URLENCODED) for method in ("GET", "POST")]

    assert {(answer.status_code, answer.body) for answer in answers} == {(404, plain.body)}
    assert app.customers.get("ann") is None


def test_it_speaks_the_customers_language(app, client, ann):
    put_customer(app, "ann", {"locale": "de-AT"})

    assert "Antwort senden" in text_of(client.http.get(path(app, ann)))
    assert "Vielen Dank" in text_of(client.http.post(path(app, ann), headers=URLENCODED))
    refused = text_of(client.http.post(path(app, ann, None), headers=URLENCODED))
    assert "Bitte schreiben Sie 1 bis 500 Zeichen" in refused
