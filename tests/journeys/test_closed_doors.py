"""Closed by default: without the key nothing below `/v1`, without the local setting no console, never a `/local`."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.storefront import Storefront, open_page

pytestmark = pytest.mark.stack
OPEN = {"/v1/openapi.json", "/v1/subscribe", "/v1/webhooks/shopify", "/v1/webhooks/woocommerce"}
HEADERS: list[dict[str, str]] = [
    {},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer wrong"},
    {"Authorization": "Basic d3Jvbmc6d3Jvbmc="},
]


def _routes(shop: Storefront) -> Iterator[tuple[str, str, bool]]:
    """(method, path with every variable filled in, whether it asks for the key) of the document that the API serves."""
    answer = open_page("GET", f"{shop.stack.url}/v1/openapi.json")
    assert answer.status == 200
    for path, operations in json.loads(answer.data)["paths"].items():
        for method, operation in operations.items():
            filled = "/".join("x" if part.startswith("{") else part for part in path.split("/"))
            yield method.upper(), filled, operation["security"] != []


def test_every_route_of_the_api_asks_for_the_key(shop: Storefront) -> None:
    """F3: walked from the document that the stack itself serves."""
    guarded = [(method, path) for method, path, key in _routes(shop) if path.startswith("/v1") and key]
    assert len(guarded) >= 30
    for method, path in guarded:
        for headers in HEADERS:
            answer = open_page(method, f"{shop.stack.url}{path}", b"{}", headers)
            assert answer.status == 401, (method, path, headers)
            assert json.loads(answer.data)["error"]["code"] == "unauthorized"
    assert (
        open_page("GET", f"{shop.stack.url}/v1/shop", b"", {"Authorization": f"Bearer {shop.client.key}"}).status == 200
    )


def test_below_v1_only_the_document_the_sign_up_and_the_signed_webhooks_are_open(shop: Storefront) -> None:
    assert {path for _, path, key in _routes(shop) if path.startswith("/v1") and not key} == OPEN


def test_the_deployed_api_has_no_local_page(shop: Storefront) -> None:
    """The front answers /local by itself; behind it, API Gateway knows no such route."""
    api = f"{shop.stack.aws_endpoint}{shop.stack.installed.api_path}"
    for method, path in (("GET", "/local/mailbox"), ("POST", "/local/clock"), ("POST", "/local/idle")):
        assert open_page(method, f"{api}{path}", b"{}").status == 403
    resources: list[Any] = shop.stack.client("apigateway").get_resources(
        restApiId=shop.stack.installed.outputs["RestAPIId"], limit=500
    )["items"]
    assert not [resource for resource in resources if resource["path"].startswith("/local")]


def test_without_the_local_setting_the_console_is_a_plain_404(shop: Storefront) -> None:
    """The packaged stack serves no console route but in local mode."""
    assert open_page("GET", f"{shop.stack.url}/console").status == 200
    try:
        shop.restart(
            lambda variables: {name: value for name, value in variables.items() if name != "HABITUE_CONSOLE"},
            "APIHandler",
        )
        closed = open_page("GET", f"{shop.stack.url}/console")
        assert closed.status == 404
        assert closed.data == open_page("GET", f"{shop.stack.url}/u/no-token").data
    finally:
        shop.restart(lambda variables: variables | {"HABITUE_CONSOLE": "open"}, "APIHandler")
    assert open_page("GET", f"{shop.stack.url}/console").status == 200
