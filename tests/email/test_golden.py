"""The shipped mails as they were last looked at. `make golden` writes them anew."""

import os
from pathlib import Path

import pytest

from chalicelib.email.compiler import MjmlCompiler
from chalicelib.email.library import Library
from chalicelib.email.samples import full_sample, little_known

GOLDEN = Path(__file__).parents[1] / "golden"
SAMPLES = {"full": full_sample, "little": little_known}
SOURCES = Library().sources()


@pytest.mark.parametrize(("name", "locale"), sorted(SOURCES))
def test_golden_mails_have_not_changed(workshop, name, locale):
    template = MjmlCompiler().compile(name, locale, SOURCES[name, locale], None, mjml=True)
    for kind, sample in SAMPLES.items():
        variables = {**sample(), "locale": locale}
        variables["customer"] = {**variables["customer"], "locale": locale}
        subject, html, text = workshop.renderer.render(template, variables)
        _check(f"{name}.{locale}.{kind}.html", html + "\n")
        _check(f"{name}.{locale}.{kind}.txt", f"Subject: {subject}\n\n{text}")


def _check(file: str, content: str) -> None:
    path = GOLDEN / file
    if os.environ.get("HABITUE_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == content, f"{file} changed; look at it, then `make golden`"
