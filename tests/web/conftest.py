"""The HTTP side over ports in memory: the real Chalice, and an App that each test has to itself."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json import dumps
from typing import Any

import pytest
from chalice.app import Chalice
from chalice.test import Client, HTTPResponse
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from chalicelib.ports import App
from chalicelib.web import auth
from chalicelib.web.openapi import document
from chalicelib.web.openapi_routes import ROUTES
from chalicelib.wiring import override_app
from tests.fakes import make_app

KEY = "the-right-key"


def assert_as_documented(method: str, path: str, answer: HTTPResponse) -> None:
    """Every JSON answer of every test is checked against the schema that the OpenAPI document names for it."""
    [route] = [
        route
        for route in ROUTES
        if route.method == method and re.fullmatch(re.sub(r"{\w+}", "[^/?]+", route.path), path.partition("?")[0])
    ]
    name = route.answer if answer.status_code < 400 else "Error"
    assert answer.status_code in {route.status, 200} or name == "Error"
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json_body)


@dataclass(frozen=True)
class Api:
    """Requests to `/v1` with the right key."""

    client: Client

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HTTPResponse:
        """Send JSON (or text as it is), with more headers named by underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **named}
        raw = body if isinstance(body, bytes) else b"" if body is None else dumps(body).encode()
        answer = self.client.http.request(method, f"/v1{path}", headers=sent, body=raw)
        assert_as_documented(method, f"/v1{path}", answer)
        return answer

    def get(self, path: str) -> HTTPResponse:
        return self.call("GET", path)

    def put(self, path: str, body: Any = None, **headers: str) -> HTTPResponse:
        return self.call("PUT", path, body, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HTTPResponse:
        return self.call("POST", path, body, **headers)


@pytest.fixture(scope="session")
def chalice_app() -> Chalice:
    """The application itself: a Blueprint can be registered only once in a process, so there is no second one."""
    from app import app

    return app


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """The App behind the routes."""
    monkeypatch.setattr(auth, "get_api_key", lambda: KEY)
    made = make_app()
    restore: Callable[[], Any] = override_app(made)
    yield made
    restore()


@pytest.fixture
def client(chalice_app: Chalice, app: App) -> Client:
    """Requests as anyone sends them."""
    return Client(chalice_app, stage_name="local")


@pytest.fixture
def v1(client: Client) -> Api:
    """Requests with the right key."""
    return Api(client)
