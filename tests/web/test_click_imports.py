"""What answers a click starts fast: it brings neither Chalice nor the SDK, so it may be a function of its own."""

import subprocess
import sys

import pytest

HEAVY = ("chalice", "boto3", "botocore", "jinja2", "babel", "mjml")
LOADED = "import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}} & set({heavy!r})))"


@pytest.mark.parametrize("module", ["web.link_pages", "wiring", "services.follow_click"])
def test_the_module_behind_a_link_loads_nothing_heavy(module):
    """Design 8a."""
    code = LOADED.format(module=f"chalicelib.{module}", heavy=HEAVY)

    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603

    assert found.stdout.split() == []
