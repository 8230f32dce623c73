"""The console's preview of a mail: on a desktop, a phone, in the dark and as text; and the test to one's own mailbox.

The mail is a page of its own in a frame that may do nothing: no script, no form, and an origin of its own, so that it
sees neither the console nor its cookie.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from chalicelib.errors import HabitueError, InvalidInput, NotFound, RenderingFailed
from chalicelib.services.answer_once import answer_once
from chalicelib.services.find_customers import find_customers
from chalicelib.services.get_template import get_template
from chalicelib.services.preview_template import preview_template
from chalicelib.services.sample_mail import EMPTY, SAMPLE, Wanted
from chalicelib.services.send_test import MOST, send_test, with_addresses
from chalicelib.web.console_routing import csrf_token, form, page, seen
from chalicelib.web.link_pages import MAIL_POLICY
from chalicelib.web.mail_schemes import SCHEMES, has_dark_styles, in_scheme
from chalicelib.web.pages import Page, html_headers, render_page
from chalicelib.wiring import get_app

VIEWS = ("desktop", "phone", "text")
_FIELDS = ("version", "who", "customer", "offer", "view", "scheme")


@page("/templates/{name}/preview")
def preview(name: str) -> Page:
    """The mail as it arrives, for whom and how is chosen."""
    return _preview_page(name, {field: seen(field) or "" for field in _FIELDS})


@page("/templates/{name}/mail")
def mail(name: str) -> Page:
    """The mail itself, for the frame of the preview. What it shows is what its author wrote."""
    found = preview_template(get_app(), name, _wanted({field: seen(field) or "" for field in _FIELDS}))
    html = in_scheme(found["html"], "dark" if seen("scheme") == "dark" else "light")
    return Page(html, 200, html_headers(MAIL_POLICY, framed=True))


@page("/templates/{name}/preview", ("POST",))
def send(name: str) -> Page:
    """Send a test of just that mail. A reload of the answer sends nothing again."""
    sent = form()
    chosen = {field: sent.text(field) or "" for field in _FIELDS}
    to = [one for one in (sent.text("to") or "").replace(",", " ").split() if one]
    try:
        wanted = _wanted(chosen)
        result = answer_once(
            get_app(),
            scope=f"console test-send {name}",
            key=sent.text("once") or "",
            request={"to": to, **chosen},
            work=lambda: send_test(get_app(), name, wanted, to),
            about=wanted.customer_id,
        )
    except HabitueError as error:
        if isinstance(error, NotFound) or error.http_status >= 500:
            raise
        return _preview_page(name, chosen, to=" ".join(to), problem=error.message)
    return _preview_page(name, chosen, to=" ".join(to), results=with_addresses(result, to)["results"])


def _preview_page(
    name: str,
    chosen: Mapping[str, str],
    *,
    to: str = "",
    problem: str = "",
    results: list[dict[str, Any]] | None = None,
) -> Page:
    app = get_app()
    shop, template = app.catalog.shop(), get_template(app, name)
    view = chosen["view"] if chosen["view"] in VIEWS else VIEWS[0]
    scheme = chosen["scheme"] if chosen["scheme"] in SCHEMES else SCHEMES[0]
    chosen = {**chosen, "view": view, "scheme": scheme, "who": chosen["who"] or SAMPLE}
    found, fault = _found(name, chosen)
    return render_page(
        "console_preview.html",
        brand=shop.brand,
        sheet="console.css",
        status=422 if problem else 200,
        more_policy="; frame-src 'self'",
        shop=shop,
        up="../../../",
        csrf=csrf_token(),
        once=app.ids.new(),
        name=name,
        versions=_versions(template),
        offers=[document.name for document in app.catalog.list("offer")],
        chosen={**chosen, "version": found["version"] if found else chosen["version"]},
        mail=found,
        fault=fault,
        no_dark=found is not None and scheme == "dark" and not has_dark_styles(found["html"]),
        query=lambda **other: urlencode({**chosen, **other}),
        to=to,
        problem=problem,
        results=results,
        most=MOST,
    )


def _found(name: str, chosen: Mapping[str, str]) -> tuple[dict[str, str] | None, str]:
    """The mail, or why this customer gets none."""
    try:
        return preview_template(get_app(), name, _wanted(chosen)), ""
    except (RenderingFailed, InvalidInput, NotFound) as error:
        return None, error.message


def _wanted(chosen: Mapping[str, str]) -> Wanted:
    """Raises: InvalidInput where a customer is wanted and none is named."""
    wanted = Wanted(offer=chosen["offer"] or None, version=chosen["version"] or None)
    if chosen["who"] != "customer":
        return replace(wanted, customer=EMPTY if chosen["who"] == EMPTY else SAMPLE)
    asked = chosen["customer"]
    if not asked:
        raise InvalidInput("Name the customer: an id or an e-mail address.")
    if "@" not in asked:
        return replace(wanted, customer_id=asked)
    known = find_customers(get_app(), asked)
    if not known:
        raise InvalidInput("No customer has this e-mail address.")
    return replace(wanted, customer_id=known[0].id)


def _versions(template: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(version, what a list calls it), the newest of each locale first."""
    found = []
    for locale, entry in template["locales"].items():
        for place, version in enumerate(entry["versions"][:10]):
            state = "active" if version == entry["active"] else "draft" if place == 0 else "earlier"
            found.append((version, f"{locale} · {state} · {version[:8]}"))
    return found
