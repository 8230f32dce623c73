"""How an HTML page is made: the Jinja environment, the shop's look, and the headers that lock the page down."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.web.brand import brand_css

if TYPE_CHECKING:
    from jinja2 import Environment

# The same place in the repository and in the package: there the content of vendor/ stands beside chalicelib/.
TEMPLATES = Path(__file__).parents[2] / "templates" / "web"


@dataclass(frozen=True, slots=True)
class Page:
    """A finished answer in HTML, or a redirect with an empty body."""

    body: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def html_headers(policy: str, *, framed: bool = False) -> dict[str, str]:
    """What every page carries. No page may be kept: most stand behind a token that is a person's own.

    Args:
        policy: the Content-Security-Policy, without what every page has.
        framed: whether pages of our own may show it in a frame; nobody else ever may.
    """
    ancestors = "'self'" if framed else "'none'"
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"{policy}; base-uri 'none'; frame-ancestors {ancestors}",
        "Referrer-Policy": "no-referrer",  # the address of a page is a secret: never told to where its links lead
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }


def render_page(
    name: str,
    /,
    *,
    brand: Mapping[str, str],
    status: int = 200,
    sheet: str = "page.css",
    more_policy: str = "",
    **values: Any,
) -> Page:
    """Fill the template `name`. The only styles and the only script that run are those written in our own files.

    `more_policy` adds to the Content-Security-Policy what this page alone may do.
    """
    style, script = _source(sheet) + brand_css(brand), _source("page.js")
    body = environment().get_template(name).render(style=style, script=script, **values)
    return Page(body, status, html_headers(f"{_policy(style, script)}{more_policy}"))


@cache
def environment() -> "Environment":
    """Jinja over `templates/web`, escaping everything; a variable that a page lacks is an error, not a blank."""
    # Here and not at the top: a click needs no page, and answers faster without Jinja.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _source(name: str) -> str:
    return (TEMPLATES / name).read_text()


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src 'self' https: data:; form-action 'self'"
    )


def _hash(source: str) -> str:
    """A CSP hash source, https://www.w3.org/TR/CSP3/#grammardef-hash-source."""
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"
