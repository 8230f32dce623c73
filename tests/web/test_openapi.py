import re

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from chalicelib.web.openapi import document
from chalicelib.web.openapi_routes import ROUTES


def served(chalice_app):
    return {
        (method, path, tuple(entry.view_args))
        for path, methods in chalice_app.routes.items()
        for method, entry in methods.items()
        if method != "HEAD"
    }


def test_every_route_stands_in_the_document_and_every_one_of_the_document_is_served(chalice_app):
    told = {(route.method, route.path, tuple(re.findall(r"{(\w+)}", route.path))) for route in ROUTES}

    assert told == served(chalice_app)


def test_pages_answer_head_wherever_they_answer_get(chalice_app):
    pages = [path for path in chalice_app.routes if not path.startswith("/v1")]

    assert pages
    assert [path for path in pages if {"GET", "HEAD"} - set(chalice_app.routes[path])] == []


def test_a_place_in_the_path_has_one_name(chalice_app):
    """API Gateway refuses two names for the variable at one place."""
    names: dict[str, set[str]] = {}
    for path in chalice_app.routes:
        for match in re.finditer(r"{\w+}", path):
            names.setdefault(re.sub(r"{\w+}", "{}", path[: match.start()]), set()).add(match.group())

    assert {place: found for place, found in names.items() if len(found) > 1} == {}


def test_the_document_is_openapi_3_1_with_valid_schemas():
    found = document()

    assert found["openapi"] == "3.1.0"
    for schema in found["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere():
    schemas = set(document()["components"]["schemas"])
    used = set(re.findall(r"#/components/schemas/(\w+)", str(document())))

    assert used - schemas == set()
    assert schemas - used == set()


def test_operation_ids_are_unique():
    ids = [operation["operationId"] for path in document()["paths"].values() for operation in path.values()]

    assert len(ids) == len(set(ids))


def test_it_is_served_without_a_key(client):
    answer = client.http.get("/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json_body == document()


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.key], ids=lambda route: f"{route.method} {route.path}"
)
def test_every_other_route_of_v1_asks_for_the_key(client, route):
    """Closed by default: 401 without a key and with a wrong one, whatever the body is."""
    path = re.sub(r"{\w+}", "x", route.path)
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = client.http.request(route.method, path, headers=headers, body=b"not json")
        assert (answer.status_code, answer.json_body["error"]["code"]) == (401, "unauthorized")


def test_routes_that_keep_their_first_answer_say_so():
    keyed = {
        f"{method} {path}"
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
    }

    assert keyed == {
        "post /v1/imports",
        "post /v1/offers/{name}/vouchers",
        "post /v1/campaigns/{name}/launch",
        "post /v1/campaigns/{name}/continue",
        "post /v1/campaigns/{name}/test-send",
        "post /v1/templates/{name}/test-send",
        "post /v1/events",
        "post /v1/orders",
        "post /v1/orders/{order_id}/cancel",
        "post /v1/orders/{order_id}/refund",
        "post /v1/orders/{order_id}/status",
        "post /v1/vouchers/{code}/redeem",
    }
