"""Suppressions and the replay over HTTP."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.mailboxes import Suppression
from chalicelib.services.put_customer import put_customer
from chalicelib.services.unsubscribe import unsubscribe

PATH = "/suppressions?email=ann%40example.com"
CONSENT = {"status": "granted", "at": "2026-01-01T00:00:00Z"}


@pytest.fixture
def ann(app):
    return put_customer(app, "ann", {"email": "ann@example.com", "consent": CONSENT})


def test_an_address_is_suppressed_shown_and_lifted(app, v1, ann):
    assert v1.get(PATH).json_body["suppressed"] is False

    added = v1.put(PATH, {"scope": "marketing", "note": "asked by phone"}).json_body
    assert added == v1.get(PATH).json_body
    assert (added["suppression"]["reason"], added["suppression"]["scope"]) == ("operator", "marketing")
    assert added["changes"][0]["by"].startswith("API key")

    app.clock.advance(timedelta(minutes=1))
    lifted = v1.call("DELETE", PATH).json_body
    assert (lifted["suppressed"], [change["action"] for change in lifted["changes"]]) == (
        False,
        ["suppressed", "lifted"],
    )
    assert app.mailboxes.get(ann.mailbox).suppression is None


def test_an_erased_address_answers_409(app, v1, ann):
    """C7."""
    erased = Suppression(reason="erased", scope="all", at=app.clock.now())
    app.mailboxes.put(replace(app.mailboxes.get(ann.mailbox), suppression=erased))

    answer = v1.call("DELETE", PATH)

    assert (answer.status_code, answer.json_body["error"]["code"]) == (409, "conflict")
    assert app.mailboxes.get(ann.mailbox).suppression == erased


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/suppressions", None, 400),
        ("GET", "/suppressions?email=ann", None, 422),
        ("PUT", PATH, {"scope": "some"}, 422),
        ("PUT", PATH, {"reason": "x"}, 422),
        ("POST", "/withdrawals/replay", {}, 400),
        ("POST", "/withdrawals/replay", {"since": "yesterday"}, 422),
        ("POST", "/withdrawals/replay", {"since": "2026-01-01T00:00:00Z", "until": "x"}, 400),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(app, v1, ann, method, path, body, status):
    before = dict(app.mailboxes.items)

    assert v1.call(method, path, body).status_code == status
    assert app.mailboxes.items == before


def test_withdrawals_are_replayed(app, v1, ann):
    """F10."""
    before = app.mailboxes.get(ann.mailbox)
    unsubscribe(app, app.signer.sign("u", [ann.mailbox, "c.x", "b1", "ann"]))
    app.mailboxes.items[ann.mailbox] = before

    answer = v1.post("/withdrawals/replay", {"since": "2026-11-22T00:00:00Z"}).json_body

    assert answer == {"read": 1, "changed": 1, "next": None}
    assert app.mailboxes.get(ann.mailbox).consent.status == "withdrawn"
