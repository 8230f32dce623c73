"""YAML that strangers may send: read without tags, aliases or depth, into the same plain values as JSON."""

import re
from typing import Any

import yaml
from chalice.app import Request
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from chalicelib.errors import Detail, MalformedRequest
from chalicelib.web.bodies import MAX_DEPTH, check_values, read_text

YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
MAX_YAML = 65_536  # bytes; a playbook has two thousand


def read_yaml(request: Request) -> dict[str, Any]:
    """The body as a mapping of plain values; JSON is YAML too.

    Raises:
        MalformedRequest: not YAML, not a mapping, a key twice, an alias, a tag, or nested too deep.
        UnsupportedType, TooLarge: as for every body.
    """
    types = (*YAML_TYPES, "text/plain", "application/json")
    text = read_text(request, types, max_bytes=MAX_YAML)
    try:
        _check(text)
        value = yaml.load(text, Loader=_Plain)  # noqa: S506 - _Plain is a SafeLoader
    except yaml.YAMLError as error:
        raise _malformed(error) from error
    if not isinstance(value, dict):
        raise MalformedRequest("The body must be a YAML mapping: lines of `name: value`.")
    check_values(value)
    return value


def _check(text: str) -> None:
    """Look at the events before anything is built: an alias of an alias grows without bound."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if isinstance(event, AliasEvent):
            raise MalformedRequest(f"The YAML has an alias at {_place(event)}. Write the value out.")
        if depth > MAX_DEPTH:
            raise MalformedRequest(f"The YAML is nested more than {MAX_DEPTH} levels deep. Flatten it.")


class _Plain(yaml.SafeLoader):
    """SafeLoader that makes only what JSON has: no dates, no yes/no; a key comes once."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise MalformedRequest(f"The key {str(key)[:80]!r} comes twice at {_place(node)}. Write it once.")
        return super().construct_mapping(node, deep)


# YAML 1.1 reads 09:00 as 540, `no` as false and 2026-01-01 as a date. Here a plain word is a number, true, false or
# null only where JSON has it so; everything else stays the text that it looks like.
_Plain.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", "-0123456789"),
    ("null", r"null|~|", ["n", "~", ""]),
):
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))  # type: ignore[no-untyped-call]


def _place(node: Any) -> str:
    return f"line {node.start_mark.line + 1}, column {node.start_mark.column + 1}"


def _malformed(error: yaml.YAMLError) -> MalformedRequest:
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the body"
    message = getattr(error, "problem", None) or "cannot be read"
    return MalformedRequest(f"The body is not YAML: {message} at {where}.", [Detail(where, str(message))])
