"""F4: what a stranger sends is refused before it is read; what the shop system signed is kept, once."""

import hmac
import logging
from base64 import b64encode
from datetime import timedelta
from hmac import digest
from json import dumps, loads

import pytest

from chalicelib.web import api_webhooks, signatures
from tests.domain.shop_systems import shopify_customer, shopify_order, woo_order
from tests.web.conftest import assert_as_documented

SECRET = "shpss_0123456789abcdef"
HEADERS = {
    "shopify": ("X-Shopify-Hmac-Sha256", "X-Shopify-Topic", "orders/create"),
    "woocommerce": ("X-WC-Webhook-Signature", "X-WC-Webhook-Topic", "order.created"),
}
BODIES = {"shopify": shopify_order(), "woocommerce": woo_order()}
IDS = {"shopify": "820982911946154508", "woocommerce": "727"}
SYSTEMS = sorted(HEADERS)


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    """The secrets that are stored, by system."""
    stored = {"shopify": [SECRET], "woocommerce": [SECRET]}
    monkeypatch.setattr(api_webhooks, "get_webhook_secrets", lambda system: stored[system])
    return stored


def signature(body, secret=SECRET):
    return b64encode(digest(secret.encode(), body, "sha256")).decode()


@pytest.fixture
def deliver(client):
    def send(system, body, *, signed=None, topic=None, **more):
        raw = body if isinstance(body, bytes) else dumps(body).encode()
        hmac, subject, default = HEADERS[system]
        headers = {"Content-Type": "application/json", subject: topic or default}
        if signed != "":
            headers[hmac] = signed or signature(raw)
        path = f"/v1/webhooks/{system}"
        answer = client.http.post(path, headers={**headers, **more}, body=raw)
        assert_as_documented("POST", path, answer)
        return answer

    return send


def code(answer):
    return answer.status_code, answer.json_body["error"]["code"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_signed_order_is_stored_without_our_key_and_its_replay_changes_nothing(deliver, app, system):
    first, again = deliver(system, BODIES[system]), deliver(system, BODIES[system])

    assert (first.status_code, first.json_body["result"]) == (200, "created")
    assert (again.status_code, again.json_body["result"]) == (200, "unchanged")
    assert app.orders.get(IDS[system]) is not None


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("signed", ["", "AAAA", "not base64!", signature(b"other"), signature(b"", SECRET), "é"])
def test_without_the_right_signature_nothing_is_read(deliver, app, system, signed):
    for body in (BODIES[system], b"not json", b'{"a": NaN}'):
        assert code(deliver(system, body, signed=signed)) == (401, "unauthorized")
    assert app.orders.get(IDS[system]) is None


@pytest.mark.parametrize("system", SYSTEMS)
def test_any_changed_byte_of_the_body_is_refused(deliver, app, system):
    raw = dumps(BODIES[system]).encode()
    for place in range(0, len(raw), 97):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert code(deliver(system, changed, signed=signature(raw))) == (401, "unauthorized")
    assert code(deliver(system, raw + b" ", signed=signature(raw))) == (401, "unauthorized")
    assert app.orders.get(IDS[system]) is None


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_signature_is_compared_in_constant_time_with_each_secret(deliver, secrets, system, monkeypatch):
    """F4: all bytes of it, whichever secret fits, and before anything of the body is read."""
    compared, real = [], hmac.compare_digest
    assert vars(signatures)["compare_digest"] is real

    def seen(given, made):
        compared.append((given, made))
        return real(given, made)

    monkeypatch.setattr(signatures, "compare_digest", seen)
    secrets[system][:] = [SECRET, "the old one"]
    raw = b'{ "id":5,\t"id": NaN'
    made = [digest(secret.encode(), raw, "sha256") for secret in secrets[system]]
    for given, status in ((digest(b"a guess", raw, "sha256"), 401), (made[0], 400), (made[1], 400), (b"", 401)):
        compared.clear()
        assert deliver(system, raw, signed=b64encode(given).decode() or "=").status_code == status
        assert compared == [(given, one) for one in made]


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_bytes_are_signed_as_they_came_and_not_as_they_are_read(deliver, app, system):
    """F4: another spelling of the same JSON has another signature."""
    raw = dumps(BODIES[system]).encode()
    spelt = dumps(BODIES[system], indent="\t", separators=(" ,", " :")).encode()

    assert code(deliver(system, spelt, signed=signature(raw))) == (401, "unauthorized")
    assert code(deliver(system, raw, signed=signature(spelt))) == (401, "unauthorized")
    assert deliver(system, spelt).json_body["result"] == "created"


@pytest.mark.parametrize("system", SYSTEMS)
def test_our_own_api_key_is_no_signature_and_hex_is_none_either(deliver, system):
    raw = dumps(BODIES[system]).encode()
    in_hex = digest(SECRET.encode(), raw, "sha256").hex()

    assert code(deliver(system, raw, signed="", Authorization="Bearer the-right-key"))[0] == 401
    assert code(deliver(system, raw, signed=in_hex))[0] == 401


@pytest.mark.parametrize("system", SYSTEMS)
def test_while_a_secret_is_changed_both_are_taken(deliver, secrets, system):
    secrets[system][:] = ["the new one", SECRET]
    raw = dumps(BODIES[system]).encode()

    assert deliver(system, raw, signed=signature(raw, "the new one")).status_code == 200
    assert deliver(system, raw).status_code == 200
    secrets[system].remove(SECRET)
    assert code(deliver(system, raw)) == (401, "unauthorized")


@pytest.mark.parametrize("system", SYSTEMS)
def test_without_a_secret_the_route_says_that_nothing_is_connected(deliver, secrets, system):
    secrets[system].clear()
    answer = deliver(system, BODIES[system], signed=signature(dumps(BODIES[system]).encode(), ""))

    assert code(answer) == (404, "not_found")
    assert f"{system}-secret" in answer.json_body["error"]["message"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_ten_megabytes_are_refused_before_anything_is_computed(deliver, system, monkeypatch):
    """F4."""
    body = b'{"id": "' + b"x" * (10 << 20) + b'"}'
    monkeypatch.setattr(signatures, "digest", lambda *_: pytest.fail("it was computed"))

    assert code(deliver(system, body)) == (413, "too_large")


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_api_gateway_hands_on_as_base64_is_the_same_delivery(chalice_app, app, system):
    raw = dumps(BODIES[system], ensure_ascii=False).encode()
    hmac, subject, topic = HEADERS[system]
    path = f"/v1/webhooks/{system}"
    event = {
        "requestContext": {"httpMethod": "POST", "resourcePath": path},
        "headers": {"content-type": "application/json", hmac.lower(): signature(raw), subject.lower(): topic},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": b64encode(raw).decode(),
        "isBase64Encoded": True,
    }
    answer = chalice_app(event, None)

    assert (answer["statusCode"], loads(answer["body"])["result"]) == (200, "created")


def test_an_old_delivery_of_shopify_is_refused_and_one_of_its_retries_is_not(deliver, app):
    """F4: the header is not signed; older times inside the body never win either (test_take_delivery)."""
    for age, status in (
        (timedelta(days=2, hours=23), 200),
        (timedelta(days=3, minutes=1), 401),
        (timedelta(days=-1), 200),
    ):
        at = (app.clock.real() - age).isoformat()
        assert deliver("shopify", BODIES["shopify"], **{"X-Shopify-Triggered-At": at}).status_code == status
    assert deliver("shopify", BODIES["shopify"], **{"X-Shopify-Triggered-At": "long ago"}).status_code == 401


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    "body",
    [
        b'{"id": NaN}',
        b'{"id": Infinity}',
        b'{"id": 1, "id": 2}',
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"[" * 100_000,
        b"[1]",
        b"",
        b"\xff",
        b'{"id": 99999999999999999999}',
    ],
)
def test_signed_json_that_is_not_strict_is_malformed(deliver, system, body):
    """F5."""
    assert code(deliver(system, body)) == (400, "malformed")


@pytest.mark.parametrize("system", SYSTEMS)
def test_signed_json_without_what_is_needed_is_invalid_and_named(deliver, system):
    answer = deliver(system, {"id": 5})

    assert code(answer) == (422, "invalid")
    assert answer.json_body["error"]["details"] != []


@pytest.mark.parametrize("system", SYSTEMS)
def test_another_topic_is_thanked_for_and_counted_in_the_log(deliver, caplog, system):
    with caplog.at_level(logging.INFO, logger="habitue"):
        answer = deliver(system, {"secret": "ann@example.com"}, topic="carts/ann@example.com")

    assert (answer.status_code, answer.json_body["result"]) == (200, "ignored")
    lines = [record.getMessage() for record in caplog.records if record.name == "habitue"]
    assert [loads(line) for line in lines] == [
        {"event": "webhook", "system": system, "topic": "other", "result": "ignored"}
    ]


def test_no_delivery_leaves_an_address_in_the_log(deliver, caplog):
    """F6."""
    with caplog.at_level(logging.DEBUG):
        deliver("shopify", shopify_customer(), topic="customers/create")
        deliver("shopify", {"id": 5, "email": "ada@example.com"})

    assert "example.com" not in caplog.text


def test_a_form_is_refused_even_when_it_is_signed(deliver):
    """Shopify also offers XML, WooCommerce a form for plugins: JSON is what is read."""
    assert code(deliver("shopify", b"<order/>", **{"Content-Type": "application/xml"}))[0] == 415


def test_the_ping_of_woocommerce_is_answered_unsigned_and_changes_nothing(client, secrets, app):
    def ping(body):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return client.http.post("/v1/webhooks/woocommerce", headers=headers, body=body)

    writes = app.orders.writes
    assert (ping(b"webhook_id=5").status_code, ping(b"webhook_id=5").json_body["result"]) == (200, "ignored")
    assert ping(b"webhook_id=5&topic=order.deleted").status_code == 401
    assert ping(b"webhook_id=").status_code == 401
    assert app.orders.writes == writes
    secrets["woocommerce"].clear()
    assert ping(b"webhook_id=5").status_code == 404


def test_a_delivery_to_a_shop_without_settings_fails_as_ours_and_comes_again(deliver, app):
    app.catalog.items.pop(("shop", "shop"))

    assert code(deliver("shopify", BODIES["shopify"])) == (500, "missing_setting")
