"""The real compiler, which remembers within a run: each source is compiled once, in a child process of its own."""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

from chalicelib.domain.templates import CompiledTemplate, template_from_fields, template_to_fields
from chalicelib.email.compiler import MjmlCompiler
from chalicelib.email.library import Library
from chalicelib.errors import TemplateInvalid

LIBRARY = Library()  # one for all: reading it takes longer than most tests


class OnceCompiler(MjmlCompiler):
    """What a source gives follows from it alone, so the second time gives the first answer, or the first refusal.

    The workers of a parallel run share what they compiled through files in `folder`.
    """

    folder: Path | None = None
    _known: dict[tuple[Any, ...], CompiledTemplate | TemplateInvalid] = {}

    def compile(self, name: str, locale: str, source: str, subject: str | None, *, mjml: bool) -> CompiledTemplate:
        job = (name, locale, source, subject, mjml)
        if job not in self._known:
            try:
                self._known[job] = self._shared(job)
            except TemplateInvalid as error:
                self._known[job] = error
        found = self._known[job]
        if isinstance(found, TemplateInvalid):
            raise TemplateInvalid(found.message, found.details)
        return found

    def _shared(self, job: tuple[Any, ...]) -> CompiledTemplate:
        *words, mjml = job
        if self.folder is None:
            return super().compile(*words, mjml=mjml)
        path = self.folder / f"{sha256(repr(job).encode()).hexdigest()}.json"
        if path.exists():
            return template_from_fields(json.loads(path.read_text(encoding="utf-8")))
        compiled = super().compile(*words, mjml=mjml)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps(template_to_fields(compiled)), encoding="utf-8")
        unfinished.replace(path)
        return compiled


def shipped_templates() -> dict[tuple[str, str], CompiledTemplate]:
    """Every template that ships, by name and locale."""
    return {
        (name, locale): OnceCompiler().compile(name, locale, source, None, mjml=True)
        for (name, locale), source in LIBRARY.sources().items()
    }
