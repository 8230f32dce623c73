"""MJML or HTML with Jinja becomes an immutable version: the bounds of size, and the way through the child process."""

from collections.abc import Mapping

from chalicelib.domain.templates import CompiledTemplate, template_from_fields
from chalicelib.email.child import run_child
from chalicelib.email.library import Library
from chalicelib.email.ready import job_of, ready_version
from chalicelib.errors import Detail, TemplateInvalid

MAX_SOURCE = 512 * 1024  # bytes
MAX_SUBJECT_SOURCE = 1_000  # characters


class MjmlCompiler:
    """Compiles templates. Implements `ports.Compiler`.

    Args:
        partials: what templates may include; left out, those that ship with the service.
    """

    def __init__(self, partials: Mapping[str, str] | None = None) -> None:
        self._partials = partials

    def compile(self, name: str, locale: str, source: str, subject: str | None, *, mjml: bool) -> CompiledTemplate:
        """The version that a source gives.

        Raises:
            TemplateInvalid: it can never be sent; the details name line and column in the author's source.
        """
        _refuse_large(source, subject)
        partials = Library().partials if self._partials is None else self._partials
        job = job_of(name, locale, source, subject, mjml=mjml, partials=partials)
        if ready := ready_version(job):
            return ready
        answer = run_child(job)
        if "template" in answer:
            return template_from_fields(answer["template"])
        raise TemplateInvalid(answer["message"], [Detail(**detail) for detail in answer["details"]])


def _refuse_large(source: str, subject: str | None) -> None:
    size = len(source.encode(errors="replace"))
    if size > MAX_SOURCE:
        message = f"The template has {size:,} bytes, over the limit of {MAX_SOURCE:,}. Make it smaller."
        raise TemplateInvalid(message, [Detail("line 1, column 1", message)])
    if subject is not None and len(subject) > MAX_SUBJECT_SOURCE:
        message = f"The subject has {len(subject):,} characters, over the limit of {MAX_SUBJECT_SOURCE:,}."
        raise TemplateInvalid(message, [Detail("subject, column 1", message)])
