"""The small JSON Schemas that the larger ones are built of, and how an object's schema is put together."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
TIME: Schema = {"type": "string", "format": "date-time"}
TIME_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
TEXTS: Schema = {"type": "array", "items": TEXT}
ANY_OBJECT: Schema = {"type": "object"}
COUNTS: Schema = {"type": "object", "additionalProperties": COUNT}


def ref(name: str) -> Schema:
    """Another schema by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Schema) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items}


def maybe(schema: Schema) -> Schema:
    """Such a value, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def record(
    required: str = "", shared: Mapping[str, Schema] | None = None, *, closed: bool = False, **fields: Schema
) -> Schema:
    """An object with these fields and the shared ones, of which `required` (names, by spaces) are always there."""
    own = {name.rstrip("_"): value for name, value in fields.items()}
    schema: Schema = {"type": "object", "properties": {**(shared or {}), **own}}
    if required:
        schema["required"] = required.split()
    return {**schema, "additionalProperties": False} if closed else schema
