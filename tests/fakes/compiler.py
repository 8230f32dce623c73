"""The real compiler, which remembers within a run: each source is compiled once, in a child process of its own."""

from typing import Any

from chalicelib.domain.templates import CompiledTemplate
from chalicelib.email.compiler import MjmlCompiler
from chalicelib.errors import TemplateInvalid


class OnceCompiler(MjmlCompiler):
    """What a source gives follows from it alone, so the second time gives the first answer, or the first refusal."""

    _known: dict[tuple[Any, ...], CompiledTemplate | TemplateInvalid] = {}

    def compile(self, name: str, locale: str, source: str, subject: str | None, *, mjml: bool) -> CompiledTemplate:
        job = (name, locale, source, subject, mjml)
        if job not in self._known:
            try:
                self._known[job] = super().compile(name, locale, source, subject, mjml=mjml)
            except TemplateInvalid as error:
                self._known[job] = error
        found = self._known[job]
        if isinstance(found, TemplateInvalid):
            raise TemplateInvalid(found.message, found.details)
        return found
