"""F5: what is no strict JSON is malformed on every route that reads JSON, and nothing is stored of it."""

import re
from base64 import b64encode
from hmac import digest

import pytest

from chalicelib.web import api_webhooks
from chalicelib.web.openapi_routes import JSON, ROUTES

SECRET = "signed with this"
READING = [
    route
    for route in ROUTES
    if route.method in ("POST", "PUT") and route.path.startswith("/v1/") and route.body and JSON in route.body_types
]
BODIES = {
    "NaN": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "too large": b'{"name": 1e999}',
    "a key twice": b'{"name": "a", "name": "b"}',
    "a key twice below": b'{"a": [{"b": 1, "b": 1}]}',
    "deep": b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
    "endless": b'{"a": ' + b"[" * 12_000,
    "half a character": b'{"name": "\\ud800"}',
    "no object": b"[]",
    "cut short": b'{"name": "a"',
    "not UTF-8": b'{"name": "\xff"}',
}


@pytest.fixture(autouse=True)
def _signed(monkeypatch):
    monkeypatch.setattr(api_webhooks, "get_webhook_secrets", lambda _: [SECRET])


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("route", READING, ids=lambda route: f"{route.method} {route.path}")
def test_what_is_no_strict_json_is_malformed(client, app, route, body):
    signature = b64encode(digest(SECRET.encode(), body, "sha256")).decode()
    headers = {
        "Authorization": "Bearer the-right-key",
        "Content-Type": JSON,
        "X-Shopify-Hmac-Sha256": signature,
        "X-WC-Webhook-Signature": signature,
    }
    before = dict(app.catalog.items), app.customers.writes, app.orders.writes

    answer = client.http.request(route.method, re.sub(r"{\w+}", "x", route.path), headers=headers, body=body)

    assert (answer.status_code, answer.json_body["error"]["code"]) == (400, "malformed")
    assert (dict(app.catalog.items), app.customers.writes, app.orders.writes) == before


def test_the_routes_that_read_json_are_many():
    """The rest reads no body, or YAML (test_yaml_bodies.py), or a template."""
    assert len(READING) > 15
