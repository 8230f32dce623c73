"""API keys in the OpenAPI document: their routes and schemas."""

from chalicelib.web.json_schemas import TEXT, TIME, Schema, listed, record, ref
from chalicelib.web.openapi_route import Route

KEY_ROUTES = (
    Route(method="GET", path="/v1/keys", about="Who has an API key beside the main one", answer="KeyList"),
    Route(
        method="PUT",
        path="/v1/keys/{name}",
        about="Make a key for one more person, or a new one for somebody (main key only)",
        answer="NewKey",
    ),
    Route(method="DELETE", path="/v1/keys/{name}", about="Take a key away (main key only)", answer="KeyList"),
)

KEY_SCHEMAS: dict[str, Schema] = {
    "Key": record("name created_at", closed=True, name=TEXT, created_at=TIME),
    "KeyList": record("keys", closed=True, keys=listed(ref("Key"))),
    "NewKey": record("name created_at key", closed=True, name=TEXT, created_at=TIME, key=TEXT),
}
