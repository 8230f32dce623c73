import pytest

MJML = b"""<mjml>
  <mj-head><mj-title>Hello {{ customer.first_name }}</mj-title></mj-head>
  <mj-body><mj-section><mj-column>
    <mj-text>Dear {{ customer.first_name }}, <a href="https://shop.example.com/tea">tea</a></mj-text>
    <mj-text><a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ postal_address }}</mj-text>
  </mj-column></mj-section></mj-body>
</mjml>"""
XML = {"Content_Type": "application/xml"}


def test_a_source_is_compiled_and_kept_but_not_active(v1):
    answer = v1.put("/templates/hello", MJML, **XML)

    assert answer.status_code == 200
    assert answer.json_body["errors"] == []
    assert "customer.first_name" in answer.json_body["variables"]
    assert v1.get("/templates/hello").json_body["active"] == {}


def test_the_newest_version_becomes_active_when_approved(v1):
    version = v1.put("/templates/hello", MJML, **XML).json_body["version"]

    assert v1.post("/templates/hello/activate").json_body["active"] == {"en": version}
    assert v1.post("/templates/hello/activate", {"version": "0" * 64}).status_code == 404


def test_locale_and_subject_come_with_the_address(v1):
    v1.put("/templates/hello?locale=de&subject=Guten%20Tag", MJML, **XML)

    assert list(v1.get("/templates/hello").json_body["locales"]) == ["de"]
    assert v1.post("/templates/hello/preview").json_body["subject"] == "Guten Tag"


def test_html_is_taken_as_it_is(v1):
    html = b'<html><body><p>Hi</p><a href="{{ unsubscribe_url }}">x</a></body></html>'

    assert v1.put("/templates/plain?subject=Hi", html, Content_Type="text/html; charset=utf-8").status_code == 200


def test_a_preview_shows_the_customers_own_mail_and_issues_nothing(v1, app):
    """E9, D8."""
    v1.put("/templates/hello", MJML, **XML)
    v1.put("/customers/ann", {"email": "ann@example.com", "first_name": "<i>{{ 7*7 }}"})
    v1.put("/offers/treat", {"benefit": {"kind": "percent", "percent": 15}, "limits": {"total": 5}})
    mail = v1.post("/templates/hello/preview", {"customer_id": "ann", "offer": "treat"}).json_body

    assert "&lt;i&gt;{{ 7*7 }}" in mail["html"]
    assert app.vouchers.usage("treat", "ann").total == 0


def test_a_source_that_can_never_be_sent_is_422_with_every_place_and_is_not_kept(v1):
    answer = v1.put(
        "/templates/odd", MJML.replace(b"tea</a>", b"{{ customer.shoe_size }}</a><script>1</script>"), **XML
    )

    assert (answer.status_code, answer.json_body["error"]["code"]) == (422, "template_invalid")
    assert all(detail["where"].startswith("line ") for detail in answer.json_body["error"]["details"])
    assert v1.get("/templates/odd").status_code == 404


@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [(b"\xff", "application/xml", 400), (MJML, "application/json", 415), (b" " * (4 * 2**20 + 1), "text/html", 413)],
)
def test_a_body_that_is_no_source_is_refused(v1, body, type_, status):
    assert v1.put("/templates/odd", body, Content_Type=type_).status_code == status


def test_what_is_unknown_is_404(v1):
    v1.put("/templates/hello", MJML, **XML)

    assert v1.get("/templates/none").status_code == 404
    assert v1.post("/templates/none/activate").status_code == 404
    assert v1.post("/templates/hello/preview", {"customer_id": "nobody"}).status_code == 404
    assert v1.post("/templates/hello/preview", {"offer": "none"}).status_code == 404


def test_a_preview_is_of_any_version_and_for_a_customer_with_nothing(v1):
    source = MJML.replace(b"{{ customer.first_name }}", b"{{ customer.first_name | default('you') }}")
    first = v1.put("/templates/hello", source, **XML).json_body["version"]
    v1.put("/templates/hello", source.replace(b"tea", b"coffee"), **XML)

    assert "tea" in v1.post("/templates/hello/preview", {"version": first, "customer": "empty"}).json_body["text"]
    assert "coffee" in v1.post("/templates/hello/preview", {"locale": "en"}).json_body["text"]
    assert v1.post("/templates/hello/preview", {"customer": "ada"}).status_code == 422
    assert v1.post("/templates/hello/preview", {"version": "none"}).status_code == 404


def test_a_test_is_sent_once_under_its_key_whatever_becomes_of_the_answer(v1, app):
    """A3: the answer was lost, the caller asks again with the same key."""
    v1.put("/templates/hello", MJML, **XML)
    body = {"to": "me@shop.example.com", "customer": "sample"}
    answers = [v1.post("/templates/hello/test-send", body, Idempotency_Key="k1") for _ in range(2)]

    assert [answer.json_body["results"][0]["status"] for answer in answers] == ["sent"] * 2
    assert [answer.json_body["results"][0]["to"] for answer in answers] == ["me@shop.example.com"] * 2
    assert app.mailer.recipients == ["me@shop.example.com"]
    assert "me@shop" not in str(app.catalog.items), "what is kept under a key names no address"
    assert v1.post("/templates/hello/test-send", {"to": 5}).status_code == 400
    assert v1.post("/templates/hello/test-send", {}).status_code == 400
    assert v1.post("/templates/none/test-send", body).status_code == 404


def test_a_campaign_is_tested_over_http(v1, app):
    v1.put("/templates/hello", MJML, **XML)
    v1.put("/campaigns/spring", {"segments": ["regulars"], "template": "hello", "from_name": "Ann"})
    answer = v1.post("/campaigns/spring/test-send", {"to": ["me@shop.example.com"]})

    assert answer.json_body["results"][0]["status"] == "sent"
    assert app.mailer.accepted[0].sender_name == "Ann"
    assert v1.get("/campaigns/spring").json_body["state"] == "draft"
    assert v1.post("/campaigns/none/test-send", {"to": ["me@shop.example.com"]}).status_code == 404
