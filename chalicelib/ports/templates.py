"""Ports: how a template becomes a version, and a version a mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # what answers a click imports the ports, and needs none of these
    from chalicelib.domain.templates import CompiledTemplate, Slotted


class Compiler(Protocol):
    """MJML or HTML with Jinja -> an immutable version."""

    def compile(self, name: str, locale: str, source: str, subject: str | None, *, mjml: bool) -> CompiledTemplate:
        """Raises: TemplateInvalid, with line and column in the author's source."""
        ...


class Renderer(Protocol):
    """A compiled version and a person's variables -> subject, html, text."""

    def render(self, template: CompiledTemplate, variables: Mapping[str, Any]) -> tuple[str, str, str]:
        """(subject, html, text). Raises: RenderingFailed.

        `variables["link"]` makes tracked links: `link(url, number)`, the number being the place in
        `CompiledTemplate.links`; without one where the author calls it outside of an `href`.
        """
        ...

    def fill(self, template: CompiledTemplate, variables: Mapping[str, Any]) -> tuple[str, Slotted, str]:
        """As `render`, with the HTML in pieces: what all mails of the version share, and this one's slots."""
        ...


class Library(Protocol):
    """The templates and playbooks that ship with the service."""

    @property
    def fingerprint(self) -> str:
        """Changes with anything that ships."""
        ...

    def sources(self) -> Mapping[tuple[str, str], str]:
        """The MJML source of each template, by name and locale."""
        ...

    def flows(self) -> Mapping[str, Mapping[str, Any]]:
        """The fields of each playbook, by name."""
        ...
