from types import SimpleNamespace

import pytest

from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_flow import put_flow
from chalicelib.web import console_routing

CONSENT = {"status": "granted", "at": "2026-01-01T00:00:00Z"}


@pytest.fixture
def opened(monkeypatch):
    monkeypatch.setattr(console_routing, "get_settings", lambda: SimpleNamespace(console_open=True))


def page(client):
    return client.http.get("/console").body.decode()


def test_a_closed_console_is_the_plain_404_page(client, monkeypatch):
    """Closed by default: until there is sign-in, only a local stack opens it."""
    monkeypatch.setattr(console_routing, "get_settings", lambda: SimpleNamespace(console_open=False))
    answer = client.http.get("/console")

    assert answer.status_code == 404
    assert b"This link does not work" in answer.body
    assert b"Segments" not in answer.body


@pytest.mark.usefixtures("opened")
def test_the_first_page_shows_the_shop_its_segments_and_flows(client, app):
    """F7, D8."""
    put_customer(app, "ann", {"email": "ann@example.com", "consent": CONSENT})
    put_customer(app, "bob", {})
    fields = {"about": "A <b>greeting</b>.", "trigger": {"date": "birthday"}, "template": "birthday"}
    put_flow(app, "birthday", fields)
    answer = client.http.get("/console")
    html = answer.body.decode()

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "<h1>Kettle &amp; Crane</h1>" in html
    assert '<p class="figure">2</p><p class="note">1 agreed to mail</p>' in html
    assert "A &lt;b&gt;greeting&lt;/b&gt;." in html
    assert '<h3>birthday</h3><span class="pill">Off</span>' in html
    assert "regulars" in html
    assert "ann@example.com" not in html


@pytest.mark.usefixtures("opened")
def test_an_empty_shop_has_a_page_too(client):
    assert "nothing sent yet" in page(client)
    assert "No customers yet." in page(client)


@pytest.mark.usefixtures("opened")
def test_before_there_is_a_shop_the_page_says_what_to_do(client, app, monkeypatch):
    from tests.fakes.catalog import MemoryCatalog

    monkeypatch.setattr(app.catalog, "shop", MemoryCatalog().shop)
    answer = client.http.get("/console")

    assert answer.status_code == 500
    assert b"PUT /v1/shop" in answer.body


@pytest.mark.usefixtures("opened")
def test_a_fault_of_ours_shows_nothing_of_itself(client, app, monkeypatch):
    """F6."""

    def broken(*_):
        raise RuntimeError("ann@example.com")

    monkeypatch.setattr(app.customers, "scan", broken)
    answer = client.http.get("/console")

    assert answer.status_code == 500
    assert b"ann@example.com" not in answer.body
