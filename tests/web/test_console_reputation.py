"""The console's page on reputation, and the same by the API."""

from types import SimpleNamespace

import pytest

from chalicelib.domain.messages import Batch, Message, Row
from chalicelib.services.put_campaign import put_campaign
from chalicelib.web import console_routing
from tests.fakes import NOON

PEOPLE = tuple(f"p{number}" for number in range(20))


@pytest.fixture
def mailed(app):
    """20 mails, of which three bounced."""
    put_campaign(app, "spring", {"segments": ["regulars"], "template": "spring"})
    message = Message(
        id="c.spring", source="campaign", name="spring", once_key="c.spring", template="t", versions={}, created_at=NOON
    )
    app.messages.create(message, NOON)
    app.batches.create_many([Batch(message_id="c.spring", id="b1", people=PEOPLE, due_at=NOON)])
    for place, person in enumerate(PEOPLE):
        app.rows.merge(
            Row(
                message_id="c.spring",
                batch_id="b1",
                customer_id=person,
                status="sent",
                at=NOON,
                provider="gmail",
                delivery="bounced" if place < 3 else None,
            )
        )


@pytest.mark.usefixtures("mailed")
def test_the_page_shows_rates_and_standing_and_no_person(client, monkeypatch):
    monkeypatch.setattr(console_routing, "get_settings", lambda: SimpleNamespace(console_open=True))

    answer = client.http.get("/console/reputation")
    html = answer.body.decode()

    assert answer.status_code == 200
    assert "<h1>Reputation</h1>" in html
    assert '<p class="figure">15.00%</p>' in html
    assert "3 of 20 people have an address that does not exist" in html
    assert '<h3>gmail</h3><span class="pill bad">Over the limit</span>' in html
    assert "p19" not in html


def test_a_closed_console_has_no_such_page(client, monkeypatch):
    monkeypatch.setattr(console_routing, "get_settings", lambda: SimpleNamespace(console_open=False))

    assert client.http.get("/console/reputation").status_code == 404


@pytest.mark.usefixtures("mailed")
def test_the_api_tells_the_same(v1):
    found = v1.get("/reports/reputation").json_body

    assert (found["sent"], found["bounced"], found["state"]) == (20, 3, "bad")
    assert v1.get("/reports/reputation?days=0").json_body["error"]["code"] == "malformed"
    assert v1.get("/reports/reputation?days=1").status_code == 200
