"""How the tests of templates make and render one quickly: in this process, with the shipped partials."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.templates import CompiledTemplate
from chalicelib.email.compilation import Job, compile_source
from chalicelib.email.renderer import JinjaRenderer
from chalicelib.email.samples import full_sample
from chalicelib.errors import Detail, TemplateInvalid
from tests.fakes.compiler import LIBRARY, shipped_templates

SHIPPED = sorted(LIBRARY.sources())


class Workshop:
    """Compiles sources, or the content of one mj-text, and renders them."""

    def __init__(self) -> None:
        self.renderer = JinjaRenderer()

    def compile(self, source: str, *, subject: str | None = "s", mjml: bool = True) -> CompiledTemplate:
        return compile_source(Job("test", "en", source, subject, mjml, LIBRARY.partials))

    def text(self, content: str) -> CompiledTemplate:
        return self.compile(column(f"<mj-text>{content}</mj-text>"))

    def refused(self, source: str, *, mjml: bool = True, subject: str | None = "s") -> list[Detail]:
        with pytest.raises(TemplateInvalid) as error:
            self.compile(source, mjml=mjml, subject=subject)
        return list(error.value.details)

    def refused_text(self, content: str) -> list[Detail]:
        return self.refused(column(f"<mj-text>{content}</mj-text>"))

    def render(self, template: CompiledTemplate, **variables: Any) -> tuple[str, str, str]:
        return self.renderer.render(template, {**full_sample(), "link": lambda url, number=None: url, **variables})

    def shown(self, content: str, **variables: Any) -> str:
        """The plain text that the content of one mj-text gives."""
        return self.render(self.text(content), **variables)[2].strip()


def column(content: str) -> str:
    return f"<mjml><mj-body><mj-section><mj-column>{content}</mj-column></mj-section></mj-body></mjml>"


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture(scope="session")
def in_column() -> Callable[[str], str]:
    return column


@pytest.fixture(scope="session")
def shipped() -> dict[tuple[str, str], CompiledTemplate]:
    """Every template that ships, by name and locale."""
    return shipped_templates()
