"""What a mail costs beyond its bare Jinja.

    .venv/bin/python -m bench.render

Renders each shipped template as the sender does, and the same compiled sources by Jinja alone, in turns within one run.
Counts compilations of Jinja, readings of markup and calls of the MJML compiler meanwhile: there are none.
Writes bench/results/render.json, and ends with 1 over the limit.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any
from unittest.mock import patch

import jinja2
import mjml

from chalicelib.domain.templates import CompiledTemplate
from chalicelib.email import (
    compilation,
    contrast,
    inlining,
    linking,
    lint_markup,
    markup,
    outline,
    plain_text,
    regrouping,
)
from chalicelib.email.compilation import Job, compile_source
from chalicelib.email.environment import MailEnvironment
from chalicelib.email.library import Library
from chalicelib.email.renderer import JinjaRenderer
from chalicelib.email.samples import full_sample

LIMIT = 1.3  # times the bare render
ROUNDS = 9
MAILS = 150  # each round
RESULTS = Path(__file__).parent / "results" / "render.json"
# The modules that read markup.
_READERS = (compilation, contrast, inlining, linking, lint_markup, markup, outline, plain_text, regrouping)


def shipped() -> Iterator[CompiledTemplate]:
    """Every English template that ships."""
    library = Library()
    for (name, locale), source in library.sources().items():
        if locale == "en":
            yield compile_source(Job(name, locale, source, None, True, library.partials))


@contextmanager
def counting() -> Iterator[dict[str, int]]:
    """Count what a render must not do."""
    counts = {"jinja compilations": 0, "readings of markup": 0, "mjml compilations": 0}

    def counted(what: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            counts[what] += 1
            return original(*args, **kwargs)

        return call

    patches = [patch.object(jinja2.Environment, "compile", counted("jinja compilations", jinja2.Environment.compile))]
    patches += [patch.object(module, "scan", counted("readings of markup", markup.scan)) for module in _READERS]
    patches += [patch.object(mjml, "mjml2html", counted("mjml compilations", mjml.mjml2html))]
    for one in patches:
        one.start()
    try:
        yield counts
    finally:
        for one in patches:
            one.stop()


def _seconds(render: Callable[[], object]) -> float:
    started = process_time()
    for _ in range(MAILS):
        render()
    return (process_time() - started) / MAILS


def measure(template: CompiledTemplate) -> dict[str, Any]:
    """Milliseconds of work for one mail, ours and bare, and how they compare: the median of the rounds."""
    variables = full_sample()
    renderer = JinjaRenderer()
    escaping, plain = MailEnvironment(autoescape=True), MailEnvironment(autoescape=False)
    bare = [plain.from_string(template.subject), escaping.from_string(template.html), plain.from_string(template.text)]
    renderer.render(template, variables)
    rounds = []
    with counting() as counts:
        for _ in range(ROUNDS):
            ours = _seconds(lambda: renderer.render(template, variables))
            rounds.append((ours, _seconds(lambda: [part.render(variables) for part in bare])))
    return {
        "template": template.name,
        "ours_ms": round(median(ours for ours, _ in rounds) * 1000, 3),
        "bare_ms": round(median(alone for _, alone in rounds) * 1000, 3),
        "ratio": round(median(ours / alone for ours, alone in rounds), 3),
        **counts,
    }


def main() -> int:
    """Print and keep the table; 1 where a limit is broken."""
    rows = [measure(template) for template in shipped()]
    for row in rows:
        sys.stdout.write("  ".join(f"{name}: {value}" for name, value in row.items()) + "\n")
    fine = all(row["ratio"] <= LIMIT and not any(row[name] for name in row if " " in name) for row in rows)
    sys.stdout.write(f"limit {LIMIT}: {'held' if fine else 'BROKEN'}\n")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
