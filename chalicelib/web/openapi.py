"""How the table of routes becomes the OpenAPI 3.1 document, and where it is served."""

import re
from functools import cache
from typing import Any

from chalicelib.web.openapi_routes import HTML, JSON, ROUTES, Route
from chalicelib.web.openapi_schemas import SCHEMAS
from chalicelib.web.routing import v1

Json = dict[str, Any]


@v1("GET", "/openapi.json", key=False)
def read_openapi() -> Json:
    """This document."""
    return document()


@cache
def document() -> Json:
    """The OpenAPI document of all routes."""
    paths: dict[str, Json] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Habitué",
            "version": "1",
            "summary": "Keeps regular customers coming back.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ".."}],  # the document stands at <base>/v1/openapi.json: right under any base path
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> Json:
    operation: Json = {
        "summary": route.about,
        "operationId": _operation_id(route),
        "tags": [route.path.split("/")[2] if route.path.startswith("/v1/") else "pages"],
        "security": [{"key": []}] if route.key else [],
        "responses": {str(route.status): _answer(route), "default": _failure(route)},
    }
    if parameters := [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)]:
        operation["parameters"] = parameters
    if route.body:
        content = {name: {"schema": _ref(route.body)} for name in route.body_types}
        operation["requestBody"] = {"content": content}
    return operation


def _operation_id(route: Route) -> str:
    words = re.sub(r"[^a-z]+", "_", route.path.removeprefix("/v1").lower()).strip("_")
    return f"{route.method.lower()}_{words}"


def _answer(route: Route) -> Json:
    if route.status == 302:
        header = {"Location": {"schema": {"type": "string", "format": "uri"}}}
        return {"description": "Where the link leads", "headers": header}
    if route.answer is None:
        return {"description": "A page", "content": {HTML: {"schema": {"type": "string"}}}}
    return {"description": "Done", "content": {JSON: {"schema": _ref(route.answer)}}}


def _failure(route: Route) -> Json:
    if route.answer is None:
        return {
            "description": "A page that says no more than needed",
            "content": {HTML: {"schema": {"type": "string"}}},
        }
    return {"description": "Refused, or failed", "content": {JSON: {"schema": _ref("Error")}}}


def _path_parameters(route: Route) -> list[Json]:
    names = re.findall(r"{(\w+)}", route.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(route: Route) -> list[Json]:
    return [{"name": name, "in": "query", "schema": _QUERY.get(name, {"type": "string"})} for name in route.query]


def _header_parameters(route: Route) -> list[Json]:
    about = "The same key with the same request gives the first answer again, for 24 hours."
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return [{"name": "Idempotency-Key", "in": "header", "description": about, "schema": schema}] if route.once else []


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_QUERY: dict[str, Json] = {"limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}}
