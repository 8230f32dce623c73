"""The steps from an author's source to an immutable version, in order. Runs in the child process of `child.py`."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from json import dumps
from re import compile as regex
from re import escape

import mjml

from chalicelib.domain.templates import CompiledTemplate, TemplateWarning
from chalicelib.email.author_source import AuthorSource, Problems
from chalicelib.email.block_places import check_blocks
from chalicelib.email.hiding import between, hide, lost
from chalicelib.email.inlining import Inlining
from chalicelib.email.jinja_tokens import Hiding, Token, find_tokens, joined, masked
from chalicelib.email.linking import link_markup
from chalicelib.email.lint import lint, lint_compiled
from chalicelib.email.markup import Stray, scan
from chalicelib.email.older_mjml import as_mjml_4
from chalicelib.email.outline import Outline
from chalicelib.email.plain_text import plain_text
from chalicelib.email.regrouping import Regrouping
from chalicelib.email.template_check import check_jinja
from chalicelib.email.template_values import Findings
from chalicelib.email.trials import try_out
from chalicelib.errors import Detail, TemplateInvalid

_MJML_TAG = regex(r"<mjml(?=[\s>])(?![^>]*\slang=)")
_CONTROLS = regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffc]")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be compiled."""

    name: str
    locale: str
    source: str
    subject: str | None
    mjml: bool
    partials: Mapping[str, str]


def compile_source(job: Job) -> CompiledTemplate:
    """The version that a source gives. Raises: TemplateInvalid with every problem that could be found."""
    return _Compilation(job).run()


def template_invalid(name: str, details: Sequence[Detail]) -> TemplateInvalid:
    """The error with all that is wrong; its message shows the first."""
    more = f" And {len(details) - 1} more, see details." if len(details) > 1 else ""
    return TemplateInvalid(f"Template {name!r} was not saved. {details[0].where}: {details[0].message}{more}", details)


class _Compilation:
    """One source on its way."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._author = AuthorSource(job.source, job.partials)
        self._text = as_mjml_4(self._author.text) if job.mjml else self._author.text
        self._problems = self._author.problems()
        self._findings = Findings()
        self._tokens: list[Token] = []

    def run(self) -> CompiledTemplate:
        self._read_tokens()
        text = masked(self._text, self._tokens)
        outline = Outline(text, self._tokens, self._problems, mjml=self._job.mjml)
        check_blocks(text, self._tokens, outline.places, self._problems)
        place = _finder(self._text, self._tokens)
        check_jinja(self._text, self._live(outline), self._problems, self._findings, place=place)
        prelude = "".join(token.source() for token in self._placed(outline, "prelude"))
        subject = self._subject(outline, prelude)
        self._stop()
        hiding = Hiding(self._text, self._tokens)
        compiled = hiding.without_comments(self._compiled(hide(self._text, self._tokens, outline, hiding), hiding))
        if any(isinstance(node, Stray) for node in scan(compiled)):
            self._problems.add(0, "The compiled markup cannot be read. Look for a comment or quote that is not closed.")
        warnings = lost(compiled, self._tokens, outline, hiding, self._problems)
        self._stop()
        where = self._author.where
        warnings += lint(outline, text, self._findings, subject, where)
        template = self._version(prelude, subject, compiled, hiding, outline)
        warnings += lint_compiled(template, compiled, hiding, self._text, where)
        return _finished(template, warnings)

    def _read_tokens(self) -> None:
        if match := _CONTROLS.search(self._text):
            sign = f"U+{ord(match.group()):04X}"
            self._problems.add(match.start(), f"The character {sign} must not stand in a template. Remove it.")
        self._tokens = find_tokens(self._text, self._problems)
        self._stop()

    def _live(self, outline: Outline) -> list[Token]:
        """The tokens, those inside the author's comments as comments."""
        dropped = {index for index, place in outline.places.items() if place.kind == "dropped"}
        return [replace(token, kind="comment") if i in dropped else token for i, token in enumerate(self._tokens)]

    def _placed(self, outline: Outline, kind: str) -> list[Token]:
        return [self._tokens[index] for index, place in sorted(outline.places.items()) if place.kind == kind]

    def _stop(self) -> None:
        if details := self._problems.details():
            raise template_invalid(self._job.name, details)

    def _subject(self, outline: Outline, prelude: str) -> str:
        """What `?subject=` gives, or else the title; empty where both are."""
        if self._job.subject is None:
            start, end = outline.title_span or (0, 0)
            inside = [token for token in self._tokens if start <= token.start < end]
            title = joined(self._text, inside, start, end, decode=True).strip()
            return prelude + title if title else ""
        own = Problems(lambda place: f"subject, column {max(0, place - len(prelude)) + 1}")
        full = prelude + self._job.subject
        tokens = find_tokens(full, own)
        if not own.found:
            check_jinja(full, tokens, own, self._findings, place=_finder(full, tokens))
        self._problems.found += own.found
        return joined(full, tokens, 0, len(full)) if self._job.subject.strip() else ""

    def _compiled(self, hidden: str, hiding: Hiding) -> str:
        if not self._job.mjml:
            return hidden
        regrouping = Regrouping(hiding, self._problems)
        named = _MJML_TAG.sub(f'<mjml lang="{self._job.locale}"', hidden, count=1)
        regrouped = regrouping.before(named)
        self._stop()
        inlining, source = Inlining.taken_from(regrouped, hiding, self._problems)
        self._stop()
        try:
            # No fonts of its own: otherwise a mail in the default font loads it from another company's server.
            return inlining.into(regrouping.after(str(mjml.mjml2html(source, fonts={}))))
        except ValueError as error:
            self._problems.add(0, f"MJML: {error}. Look for a tag that is not closed, or an attribute without quotes.")
            return ""

    def _version(self, prelude: str, subject: str, compiled: str, hiding: Hiding, outline: Outline) -> CompiledTemplate:
        linked = link_markup(compiled, hiding)
        start, end = outline.preview_span or (0, 0)
        outside = between(outline) | hiding.added_numbers
        return CompiledTemplate(
            version="",
            name=self._job.name,
            locale=self._job.locale,
            subject=subject,
            preheader=self._text[start:end].strip(),
            html=prelude + linked.html,
            text=prelude + plain_text(compiled, hiding, outside, linked.numbers),
            variables=_leaves(self._findings.variables),
            links=tuple(linked.links),
        )


def _leaves(paths: set[str]) -> tuple[str, ...]:
    """`customer.first_name` without the `customer` that it is read from."""
    return tuple(sorted(path for path in paths if not any(other.startswith(f"{path}.") for other in paths)))


def _finished(template: CompiledTemplate, warnings: Sequence[TemplateWarning]) -> CompiledTemplate:
    size, more = try_out(template)
    content = dumps([template.name, template.locale, template.subject, template.html, template.text])
    version = sha256(content.encode()).hexdigest()[:32]
    return replace(template, version=version, warnings=(*warnings, *more), size_bytes=size)


def _finder(text: str, tokens: Sequence[Token]) -> Callable[[int, str], int]:
    """From a line that Jinja names, and a name on it, to a place of the source."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    asked: Counter[tuple[int, str]] = Counter()  # the second question for a name on a line means its second place

    def place(line: int, name: str) -> int:
        line = min(line, len(starts) - 1)
        start, end = starts[line - 1], starts[line]
        there = [token for token in tokens if token.start < end and token.end > start]
        pattern = regex(rf"(?<!\w){escape(name)}(?!\w)")
        spans = [(max(start, token.start), token.end) for token in there]
        found = [match.start() for span in spans if name for match in pattern.finditer(text, *span)]
        asked[line, name] += 1
        fallback = there[0].start if there else start
        return found[min(asked[line, name], len(found)) - 1] if found else fallback

    return place
