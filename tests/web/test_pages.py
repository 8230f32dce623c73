import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from jinja2 import UndefinedError

from chalicelib.web.pages import TEMPLATES, environment, html_headers, render_page
from chalicelib.web.texts import texts_in

VALUES: dict[str, Any] = {
    "language": "en",
    "shop_name": "<b>Shop</b>",
    "logo_url": "",
    "postal_address": "1 & 2",
    "t": texts_in("en", "<b>Shop</b>"),
}


def policy(page):
    return page.headers["Content-Security-Policy"]


def hashed(text):
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_every_header_that_locks_a_page_down_is_there():
    """F7."""
    page = render_page("notice.html", brand={}, title="T", text="x", **VALUES)

    assert {name: value for name, value in page.headers.items() if name != "Content-Security-Policy"} == {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }
    assert policy(page).startswith("default-src 'none'; ")
    assert policy(page).endswith("form-action 'self'; base-uri 'none'; frame-ancestors 'none'")


def test_only_the_styles_and_the_script_of_our_own_files_run():
    """F7: no `unsafe-inline`; the hash is that of what stands between the tags, byte for byte."""
    page = render_page("notice.html", brand={"colour": "#123456"}, title="T", text="x", **VALUES)
    [style] = re.findall(r"<style>(.*?)</style>", page.body, re.DOTALL)
    [script] = re.findall(r"<script>(.*?)</script>", page.body, re.DOTALL)

    assert f"style-src {hashed(style)};" in policy(page)
    assert f"script-src {hashed(script)};" in policy(page)
    assert "unsafe" not in policy(page)
    assert "--brand:#123456" in style


def test_no_template_has_inline_styles_handlers_or_loads_and_sends_elsewhere():
    """A link may lead elsewhere; none begins at the root, for the pages may stand below a base path."""
    found = [
        (file.name, match)
        for file in TEMPLATES.glob("*.html")
        for match in re.findall(
            r'\sstyle=|\son\w+=|(?:src|action)="(?:https?:)?/[^"]*"|href="/[^"]*"', file.read_text()
        )
    ]

    assert found == []


def test_what_people_wrote_is_shown_as_text():
    """D8."""
    page = render_page("notice.html", brand={}, title="<script>1</script>", text="{{ 7*7 }} <i>", **VALUES)

    assert "<script>1</script>" not in page.body
    assert "&lt;b&gt;Shop&lt;/b&gt;" in page.body
    assert "{{ 7*7 }} &lt;i&gt;" in page.body


def test_a_variable_that_a_page_lacks_is_an_error_not_a_blank():
    with pytest.raises(UndefinedError):
        render_page("notice.html", brand={}, title="T", **VALUES)


def test_every_template_compiles():
    for file in TEMPLATES.glob("*.html"):
        assert environment().get_template(file.name)


def test_extra_policies_keep_the_frame_closed():
    assert html_headers("default-src 'self'")["Content-Security-Policy"] == (
        "default-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_the_module_behind_the_links_loads_neither_chalice_nor_botocore_nor_jinja():
    """A click is answered by a process that may just have started."""
    code = "import sys, chalicelib.web.link_pages; print({'chalice', 'botocore', 'jinja2', 'babel'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
