"""Knows how SES fills a template: `{{name}}` and `{{{name}}}` alike insert the value raw, nothing is escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

# "SES doesn't escape HTML content when rendering the HTML template for a message", and inline templates know simple
# substitution only:
# https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-advanced.html
# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Template.html
_VARIABLE = re.compile(r"\{\{\{\s*([^{}]*?)\s*\}\}\}|\{\{\s*([^{}]*?)\s*\}\}|\{\{")
_NAME = re.compile(r"[A-Za-z_$][\w$-]*(?:\.[\w$-]+)*\Z")


class RenderingFailure(Exception):
    """The template and its data do not fit; the text is the `errorMessage` of the Rendering Failure event."""


def render(template: str, data: Mapping[str, object]) -> str:
    """`template` with every variable replaced by its value in `data`.

    Raises:
        RenderingFailure: a variable without a value, or braces that are no variable.
    """
    return _VARIABLE.sub(lambda match: _value(match, data), template)


def merged(*layers: str) -> dict[str, object]:
    """Template data given as JSON objects, later ones over earlier ones; an empty string is an empty object.

    Raises:
        RenderingFailure: a layer is not a JSON object.
    """
    data: dict[str, object] = {}
    for layer in layers:
        try:
            values = json.loads(layer or "{}")
        except ValueError:
            raise RenderingFailure("Template rendering data is invalid: not JSON.") from None
        if not isinstance(values, dict):
            raise RenderingFailure("Template rendering data is invalid: not a JSON object.")
        data.update(values)
    return data


def _value(match: re.Match[str], data: Mapping[str, object]) -> str:
    name = match[1] if match[1] is not None else match[2]
    if name is None or not _NAME.match(name):
        raise RenderingFailure(f"Invalid template expression near {match[0][:60]!r}: only {{{{name}}}} is replaced.")
    found: object = data
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            # The words of https://repost.aws/knowledge-center/ses-sendtemplatedemail-delivery-failure
            raise RenderingFailure(f"Attribute '{name}' is not present in the rendering data.")
        found = found[part]
    return _written(found)


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
