"""Knows the templates of requests: stored or inline, their limits, and how an entry replaces their data and headers."""

from __future__ import annotations

import threading
from typing import NamedTuple

from chalicelib.local.ses import validation
from chalicelib.local.ses.errors import ALREADY_EXISTS, SesError, bad_request, not_found
from chalicelib.local.ses.mail import Pairs
from chalicelib.local.ses.rendering import RenderingFailure, merged, render
from chalicelib.local.ses.validation import Fields, fields, text_of

# https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-api.html
MAX_STORED_BYTES = 500 * 1024
MAX_INLINE_REQUEST_BYTES = 1024 * 1024
# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ReplacementTemplate.html
MAX_DATA_CHARACTERS = 262_144


class Parts(NamedTuple):
    """The three texts of a template or of a rendered message."""

    subject: str
    html: str
    text: str


class Rendered(NamedTuple):
    """A filled template, or why it could not be filled (`error` is then not empty)."""

    parts: Parts
    template_name: str
    error: str = ""


class Templates:
    """The stored templates of the account, filled by simple substitution only (no `#if`, no `#each`). Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stored: dict[str, Parts] = {}

    def create(self, request: Fields) -> dict[str, object]:
        """CreateEmailTemplate."""
        name, parts = text_of(request, "TemplateName"), _parts(request.get("TemplateContent"))
        if not name:
            raise bad_request("TemplateName is required.")
        if sum(len(part.encode()) for part in parts) > MAX_STORED_BYTES:
            raise bad_request(f"The template is larger than {MAX_STORED_BYTES} bytes.")
        with self._lock:
            if name in self._stored:
                raise SesError(ALREADY_EXISTS, f"Template {name} already exists.")
            self._stored[name] = parts
        return {}

    def clear(self) -> None:
        """Drop every stored template."""
        with self._lock:
            self._stored.clear()

    def find(self, template: Fields, request_bytes: int) -> tuple[str, Parts]:
        """The name ("" for an inline one) and the texts of the template that a request names or contains.

        Raises:
            SesError: no such template, both or neither given, or an inline request above 1 MB.
        """
        name = text_of(template, "TemplateName") or text_of(template, "TemplateArn").rpartition("template/")[2]
        inline = template.get("TemplateContent") is not None
        if inline == bool(name):
            raise bad_request("Give either TemplateContent, or the name or ARN of a stored template.")
        if inline and request_bytes > MAX_INLINE_REQUEST_BYTES:
            raise bad_request(
                f"The request has {request_bytes} bytes; with an inline template at most {MAX_INLINE_REQUEST_BYTES}."
            )
        if inline:
            return "", _parts(template["TemplateContent"])
        if name not in self._stored:
            raise not_found(f"Template {name} does not exist.")
        return name, self._stored[name]


def filled(name: str, parts: Parts, *data: str) -> Rendered:
    """The template with the JSON objects `data` inserted, later ones over earlier ones."""
    try:
        values = merged(*data)
        return Rendered(Parts(*(render(part, values) for part in parts)), name)
    except RenderingFailure as failure:
        return Rendered(Parts("", "", ""), name, str(failure))


def checked_data(data: str, where: str) -> str:
    """`data` when it is within the limit of the API. Raises `BadRequestException` naming `where` it stands."""
    if len(data) > MAX_DATA_CHARACTERS:
        raise bad_request(
            f"1 validation error detected: Value at '{where}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_DATA_CHARACTERS}"
        )
    return data


def replaced(default: Pairs, replacement: Pairs, *, fold: bool) -> Pairs:
    """`default` with pairs of the same name replaced and new ones added; `fold`: case of names does not matter."""

    def key(name: str) -> str:
        return name.lower() if fold else name

    taken = {key(name) for name, _ in replacement}
    return [(name, value) for name, value in default if key(name) not in taken] + replacement


def _parts(content: object) -> Parts:
    found = fields(content)
    parts = Parts(text_of(found, "Subject"), text_of(found, "Html"), text_of(found, "Text"))
    if not parts.subject or not (parts.html or parts.text):
        raise bad_request("A template needs a Subject, and Html or Text.")
    validation.message_size(sum(len(part) for part in parts))
    return parts
