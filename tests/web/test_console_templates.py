"""The console's pages of templates over HTTP: closed by default, forms only from itself (F3), mails locked (D10)."""

import re
from html import unescape
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from chalicelib.services.activate_template import activate_template
from chalicelib.services.get_template import get_template
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_shop import put_shop
from chalicelib.services.put_template import put_template
from chalicelib.web import console_routing
from chalicelib.web.mail_schemes import has_dark_styles, in_scheme
from chalicelib.web.openapi_routes import ROUTES

URLENCODED = "application/x-www-form-urlencoded"
HTML = "<html><head><title>Hi</title></head><body><p>Dear {{ customer.first_name }}</p></body></html>"


@pytest.fixture(autouse=True)
def opened(monkeypatch):
    monkeypatch.setattr(console_routing, "get_settings", lambda: SimpleNamespace(console_open=True))


@pytest.fixture
def spring(app):
    version: str = put_template(app, "spring", "en", None, HTML, mjml=False)["version"]
    return version


class Browser:
    """Keeps the cookie, and sends the forms of the page that it saw last."""

    def __init__(self, client):
        self.client, self.cookie, self.page, self.headers = client, "", "", {}

    def get(self, path):
        return self._ask("GET", path, b"", {})

    def post(self, path, *, csrf=None, **fields):
        body = urlencode({"csrf": self.hidden("csrf") if csrf is None else csrf, **fields}).encode()
        return self._ask("POST", path, body, {"Content-Type": URLENCODED})

    def hidden(self, name):
        """What the page has in a hidden field."""
        return re.findall(f'name="{name}" value="([^"]*)"', self.page)[0]

    def _ask(self, method, path, body, headers):
        sent = {**headers, **({"Cookie": self.cookie} if self.cookie else {})}
        answer = self.client.http.request(method, f"/console{path}", headers=sent, body=body)
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self.page = unescape(answer.body.decode())
        return answer


@pytest.fixture
def browser(client):
    return Browser(client)


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if one.path.startswith("/console")], ids=lambda one: f"{one.method} {one.path}"
)
def test_a_closed_console_shows_nothing_and_does_nothing(client, app, spring, monkeypatch, route):
    """F3."""
    monkeypatch.setattr(console_routing, "get_settings", lambda: SimpleNamespace(console_open=False))
    before = get_template(app, "spring")
    answer = client.http.request(
        route.method, route.path.replace("{name}", "spring"), headers={"Content-Type": URLENCODED}, body=b""
    )

    assert answer.status_code == 404
    assert b"spring" not in answer.body
    assert get_template(app, "spring") == before


def test_a_form_is_taken_only_from_this_browser(app, client, browser, spring):
    """F3: without a token, with another browser's, with the token but not its cookie, with one made for a link."""
    browser.get("/templates/spring")
    other = Browser(client)
    other.get("/templates/spring")
    stolen = other.hidden("csrf")
    link = app.signer.sign("u", [browser.cookie.partition("=")[2]])
    for token in ("x", stolen, link, stolen[:-1]):
        assert browser.post("/templates/spring", csrf=token, version=spring).status_code == 403
    bare = Browser(client)
    bare.page = browser.page
    assert bare.post("/templates/spring", csrf=stolen, version=spring).status_code == 403
    assert get_template(app, "spring")["active"] == {}

    browser.get("/templates/spring")
    answer = browser.post("/templates/spring", version=spring, locale="en\r\nSet-Cookie: x=1")
    assert (answer.status_code, answer.headers["Location"].count("\n")) == (303, 0)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert get_template(app, "spring")["active"] == {"en": spring}


def test_the_cookie_is_kept_from_scripts_from_other_sites_and_from_plain_http(client):
    for proto, secure in (("http", set()), ("https", {"Secure"})):
        answer = client.http.get("/console/templates", headers={"X-Forwarded-Proto": proto})
        name, *marks = (part.strip() for part in answer.headers["Set-Cookie"].split(";"))
        assert set(marks) == {"HttpOnly", "SameSite=Strict", "Path=/"} | secure
        assert name.startswith("habitue_console=")


def test_an_upload_is_a_draft_by_nobody_we_know(app, browser):
    browser.get("/templates")
    answer = browser.post("/templates", name="summer", locale="de", kind="html", source=HTML, note="first")

    assert (answer.status_code, answer.headers["Location"]) == (303, "templates/summer?locale=de&said=stored")
    [change] = get_template(app, "summer")["history"]
    assert (change["by"], change["via"], change["note"], change["locale"]) == (None, "console", "first", "de")
    assert get_template(app, "summer")["active"] == {}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "summer", "source": HTML.replace("first", "frist")}, "line 1, column"),
        ({"name": "summer"}, "Choose a file"),
        ({"source": HTML}, "Give the template a name"),
        ({"name": "../x", "source": HTML}, "must be 1 to 64 small letters"),
        ({"name": "summer", "locale": "english", "source": HTML}, "must look like `en`"),
        ({"name": "summer", "source": HTML, "note": "a\nb"}, "The note has a character"),
    ],
)
def test_what_cannot_be_kept_is_told_and_what_was_written_stays(app, browser, fields, said):
    """D3, D8."""
    browser.get("/templates")
    answer = browser.post("/templates", kind="html", **fields)

    assert answer.status_code == 422
    assert said in browser.page
    assert fields.get("source", "") in browser.page
    assert "<p>Dear" not in answer.body.decode()
    assert app.catalog.list("template") == []


def test_with_approval_by_a_second_person_the_console_says_whose_it_is(app, browser, spring):
    put_shop(app, {"template_approval": True})
    browser.get("/templates/spring")
    assert f"habitue template activate spring --version {spring}" in browser.page
    assert "Activate the draft" not in browser.page
    answer = browser.post("/templates/spring", version=spring, locale="en")

    assert answer.status_code == 409
    assert "The shop wants a second person to approve" in browser.page
    assert get_template(app, "spring")["active"] == {}


def test_the_mail_of_a_preview_runs_nothing_and_only_we_may_frame_it(app, browser, spring):
    """D10, F7."""
    answer = browser.get("/templates/spring/mail")
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups" in policy
    assert not {"allow-scripts", "allow-same-origin", "allow-forms"} & set(re.findall(r"[\w-]+", policy))
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    page = browser.get("/templates/spring/preview").body.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "frame-src 'self'" in browser.get("/templates/spring/preview").headers["Content-Security-Policy"]
    assert "frame-src" not in browser.get("/templates/spring").headers["Content-Security-Policy"]


def test_a_preview_is_for_whom_is_asked_for(app, browser, spring):
    put_customer(app, "ann", {"email": "ann@example.com", "first_name": "<b>Ann"})
    for asked in ("customer=ann", "customer=ANN@example.com"):
        browser.get(f"/templates/spring/preview?who=customer&view=text&{asked}")
        assert "Dear <b>Ann" in browser.page
    assert b"Dear <b>" not in browser.get("/templates/spring/preview?who=customer&view=text&customer=ann").body
    browser.get("/templates/spring/preview?view=text")
    assert "Dear Ada" in browser.page
    for query, said in (
        ("who=empty", "This customer would get no mail"),
        ("who=customer", "Name the customer"),
        ("who=customer&customer=nobody", "no customer 'nobody'"),
        ("who=customer&customer=no@example.com", "No customer has this e-mail address"),
        ("offer=none", "no offer 'none'"),
        ("version=none", "no version"),
    ):
        assert browser.get(f"/templates/spring/preview?{query}").status_code == 200
        assert said in browser.page, query


def test_a_test_goes_out_once_for_each_form(app, browser, spring):
    browser.get("/templates/spring/preview")
    once = browser.hidden("once")
    fields = {"to": "me@shop.example.com, you@shop.example.com", "who": "sample", "once": once}
    for _ in range(2):
        assert browser.post("/templates/spring/preview", **fields).status_code == 200
        assert "Sent" in browser.page
    assert sorted(app.mailer.recipients) == ["me@shop.example.com", "you@shop.example.com"]
    assert browser.post("/templates/spring/preview", to="nobody", once="x").status_code == 422
    assert "no @" in browser.page or "one @" in browser.page


def test_unknown_templates_and_versions_are_told(app, browser, spring):
    for path in ("/templates/none", "/templates/none/preview", "/templates/spring/diff?from=none&to=none"):
        assert browser.get(path).status_code == 404
    assert browser.get("/templates/spring/diff").status_code == 422
    assert "nothing to compare" in browser.page
    activate_template(app, "spring", None)
    assert browser.get("/templates/spring?locale=fr").status_code == 200
    assert browser.get("/templates/spring?said=<script>").status_code == 200
    assert "<script>" not in browser.page.replace("<script>for", "")


def test_a_scheme_is_forced_wherever_a_style_asks_for_it():
    html = (
        "<head><style>@media (prefers-color-scheme: dark){a{}} @media screen and ( PREFERS-color-scheme:light ){b{}}"
        "</style></head><source media='(prefers-color-scheme:dark)'>"
    )

    assert in_scheme(html, "dark").count("(min-width:0px)") == 2
    assert "and (max-width:0px)" in in_scheme(html, "dark")
    assert in_scheme(html, "light").count("(max-width:0px)") == 2
    assert ":root{color-scheme:dark only}" in in_scheme(html, "dark")
    assert (has_dark_styles(html), has_dark_styles("<p>prefers-color-scheme: dark</p>")) == (True, False)
    assert ":root{color-scheme:light only}" in in_scheme("<head></head>", "dark")
    assert in_scheme("<p>x</p>", "light").startswith("<p>x</p><style>")
