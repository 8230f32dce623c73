"""How one person's mail is made from a compiled version: three Jinja templates, compiled once per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from re import compile as regex
from typing import Any

from jinja2 import Template
from jinja2.exceptions import TemplateError

from chalicelib.domain.templates import CompiledTemplate, Slotted
from chalicelib.email.environment import MailEnvironment
from chalicelib.email.slots import SlottedTemplate
from chalicelib.errors import HabitueError, RenderingFailed

MAX_SUBJECT = 200  # characters; mail programs show fewer
# What expressions and Jinja's own filters raise: `truncate(1)` an AssertionError, deep data a RecursionError. Not all
# errors there are: a store that `picks` could not read is no fault of this mail.
_OF_AN_EXPRESSION = (
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    AssertionError,
    RecursionError,
)
_KEPT = 64  # versions held ready
_NOT_ONE_LINE = regex(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_MANY_LINES = regex(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class _Ready:
    subject: Template
    html: SlottedTemplate
    text: Template


class JinjaRenderer:
    """Renders compiled versions. Implements `ports.Renderer`. A mail costs no compilation and no reading of HTML."""

    def __init__(self) -> None:
        self._escaping = MailEnvironment(autoescape=True)
        self._plain = MailEnvironment(autoescape=False)
        self._ready: dict[str, _Ready] = {}

    def render(self, template: CompiledTemplate, variables: Mapping[str, Any]) -> tuple[str, str, str]:
        """(subject, html, text). Raises: RenderingFailed, as `fill` does."""
        subject, html, text = self.fill(template, variables)
        return subject, str(html), text

    def fill(self, template: CompiledTemplate, variables: Mapping[str, Any]) -> tuple[str, Slotted, str]:
        """(subject, html in pieces, text).

        Raises:
            RenderingFailed: a value is missing or does not fit. The message names the field, never the value.
        """
        ready = self._ready.get(template.version) or self._prepare(template)
        try:
            subject = one_line(ready.subject.render(variables))
            return subject, ready.html.render(variables), _tidy(ready.text.render(variables))
        except RenderingFailed:
            raise
        except HabitueError as error:
            raise RenderingFailed(f"Template {template.name!r}: {error.message}") from error
        except TemplateError as error:
            raise RenderingFailed(f"Template {template.name!r}: {error.message}") from error
        except _OF_AN_EXPRESSION as error:
            # The words of these errors may repeat a customer's data.
            raise RenderingFailed(f"Template {template.name!r}: {type(error).__name__} in an expression.") from error

    def _prepare(self, template: CompiledTemplate) -> _Ready:
        ready = _Ready(
            self._plain.from_string(template.subject),
            SlottedTemplate(self._escaping, template.html),
            self._plain.from_string(template.text),
        )
        if len(self._ready) >= _KEPT:
            self._ready.pop(next(iter(self._ready)))
        self._ready[template.version] = ready
        return ready


def one_line(text: str) -> str:
    """A subject that can break no header: no line ends, controls or signs that turn the direction of writing."""
    return " ".join(_NOT_ONE_LINE.sub(" ", text).split())[:MAX_SUBJECT]


def _tidy(text: str) -> str:
    # Only where there is something to do, and line by line: a regular expression that looks for the space at the ends
    # of lines takes longer than a small mail (bench/render.py).
    if " \n" in text or "\t\n" in text:
        text = "\n".join([line.rstrip(" \t") for line in text.split("\n")])
    if "\n\n\n" in text:
        text = _MANY_LINES.sub("\n\n", text)
    return text.strip() + "\n"
