"""The shipped mails as they were last looked at. `make golden` writes them anew."""

import os
from pathlib import Path

import pytest

from chalicelib.email.samples import full_sample, little_known
from tests.email.conftest import SHIPPED

GOLDEN = Path(__file__).parents[1] / "golden"
SAMPLES = {"full": full_sample, "little": little_known}


@pytest.mark.parametrize(("name", "locale"), SHIPPED)
def test_golden_mails_have_not_changed(workshop, shipped, name, locale):
    for kind, sample in SAMPLES.items():
        variables = {**sample(), "locale": locale}
        variables["customer"] = {**variables["customer"], "locale": locale}
        subject, html, text = workshop.renderer.render(shipped[name, locale], variables)
        _check(f"{name}.{locale}.{kind}.html", html + "\n")
        _check(f"{name}.{locale}.{kind}.txt", f"Subject: {subject}\n\n{text}")


def _check(file: str, content: str) -> None:
    path = GOLDEN / file
    if os.environ.get("HABITUE_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == content, f"{file} changed; look at it, then `make golden`"


def test_no_golden_mail_is_left_of_a_template_that_is_gone():
    assert {path.name.split(".")[0] for path in GOLDEN.glob("*.*.*.*")} == {name for name, _ in SHIPPED}
