"""The console's pages of templates: all of them, one with its versions, what changed; uploading and approving."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from re import compile as regex
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.domain.shop import Shop
from chalicelib.domain.template_files import decode_source, template_file
from chalicelib.domain.template_versions import MAX_NOTE, Author
from chalicelib.errors import Detail, HabitueError, InvalidInput, NotFound, TemplateInvalid
from chalicelib.services.activate_template import activate_template
from chalicelib.services.diff_template import diff_template
from chalicelib.services.get_template import get_template
from chalicelib.services.get_template_version import get_template_version
from chalicelib.services.list_templates import list_templates
from chalicelib.services.put_template import put_template
from chalicelib.web.console_routing import csrf_token, form, page, redirect, request, seen
from chalicelib.web.forms import Form
from chalicelib.web.pages import Page, render_page
from chalicelib.wiring import get_app

AUTHOR = Author(via="console")  # before sign-in nobody's name is known here
WAYS = {"api": "API", "cli": "command", "console": "console", "bucket": "bucket", "library": "shipped"}
_PLACE = regex(r"line (\d+), column (\d+)")
_SAID = {
    "stored": "Saved as a new draft. Nothing is sent with it until you activate it.",
    "active": "Activated. Launches from now on use this version.",
}


@page("/templates")
def all_templates() -> Page:
    """Every template, which languages it has, and which wait to be activated."""
    return _list_page()


@page("/templates", ("POST",))
def upload() -> Page:
    """Keep a source as a new draft; where it can never be sent, show why beside it."""
    sent = form()
    chosen = _fields(sent)
    try:
        chosen = _chosen(sent, chosen)
        subject, note, mjml = sent.text("subject"), sent.text("note"), chosen["kind"] != "html"
        name, locale = chosen["name"], chosen["locale"]
        put_template(get_app(), name, locale, subject, chosen["source"], mjml, author=AUTHOR, note=note)
    except InvalidInput as error:
        return _list_page(chosen, _problem(error, chosen["source"]))
    return redirect(f"templates/{_address(name, locale, 'stored')}")


@page("/templates/{name}")
def one_template(name: str) -> Page:
    """One template: what is sent, what waits, its source, its history."""
    return _template_page(name, seen("locale"))


@page("/templates/{name}", ("POST",))
def activate(name: str) -> Page:
    """Make a version active; an earlier one is a way back."""
    version, locale = form().text("version"), form().text("locale")
    try:
        activate_template(get_app(), name, version, author=AUTHOR, note=form().text("note"))
    except HabitueError as error:
        if isinstance(error, NotFound) or error.http_status >= 500:
            raise
        return _template_page(name, locale, problem=_problem(error, ""))
    return redirect(_address(name, locale or "", "active"))


@page("/templates/{name}/diff")
def changes(name: str) -> Page:
    """What changed between two versions."""
    found = diff_template(get_app(), name, before=seen("from"), after=seen("to"), locale=seen("locale"))
    return _render("console_diff.html", up="../../../", name=name, diff=found)


def _address(name: str, locale: str, said: str) -> str:
    return f"{quote(name, safe='')}?{urlencode({'locale': locale, 'said': said})}"


def _fields(sent: Form) -> dict[str, str]:
    """What the form says by itself, as it shows it again."""
    plain = {field: sent.text(field) or "" for field in ("name", "locale", "kind", "subject", "note")}
    return {**plain, "source": sent.whole("source") or ""}


def _chosen(sent: Form, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields with what a chosen file says of itself. Raises: InvalidInput where something is missing."""
    found, file = dict(fields), sent.files.get("file")
    if file is not None:
        told = template_file(file.name)
        found["name"] = found["name"] or told.name
        found["locale"] = told.locale or found["locale"]
        found["kind"] = "mjml" if told.mjml else "html"
        found["source"] = decode_source(file.content)
    if not found["source"]:
        raise InvalidInput("Choose a file, or write the source into the box.")
    if not found["name"]:
        raise InvalidInput("Give the template a name, such as spring.")
    found["locale"] = found["locale"] or get_app().catalog.shop().locale
    return found


def _list_page(fields: Mapping[str, str] | None = None, problem: Mapping[str, Any] | None = None) -> Page:
    shop = get_app().catalog.shop()
    templates = list_templates(get_app())
    empty = {"name": "", "locale": shop.locale, "source": "", "note": "", "kind": "mjml", "subject": ""}
    for one in templates:
        one["changed"] = told_time(one["changed_at"], shop)
        one["waiting"] = any(entry["active"] and entry["draft"] != entry["active"] for entry in one["locales"].values())
    return _render(
        "console_templates.html",
        up="../",
        status=422 if problem else 200,
        templates=templates,
        problem=problem,
        fields=fields or empty,
        most_note=MAX_NOTE,
    )


def _template_page(name: str, locale: str | None, *, problem: Mapping[str, Any] | None = None) -> Page:
    app = get_app()
    shop, found = app.catalog.shop(), get_template(app, name)
    locales = list(found["locales"])
    chosen = next((one for one in (locale, shop.locale) if one in locales), locales[0])
    entry = found["locales"][chosen]
    draft = get_template_version(app, name, entry["draft"])
    told = [one for one in found["history"] if one["locale"] == chosen]
    return _render(
        "console_template.html",
        up="../../",
        status=409 if problem else 200,
        name=name,
        locales=locales,
        locale=chosen,
        entry=entry,
        draft=draft,
        waiting=entry["draft"] != entry["active"],
        history=[{**one, "when": told_time(one["at"], shop), "who": _who(one)} for one in told],
        problem=problem,
        said=_SAID.get(seen("said") or "") if request().method == "GET" else None,
        most_note=MAX_NOTE,
    )


def _render(template: str, *, status: int = 200, **values: Any) -> Page:
    shop = get_app().catalog.shop()
    return render_page(
        template, brand=shop.brand, sheet="console.css", status=status, shop=shop, csrf=csrf_token(), **values
    )


def _problem(error: HabitueError, source: str) -> dict[str, Any]:
    """What the page says of a refusal: each place with the line of the source that it means."""
    lines = source.splitlines()
    details: Sequence[Detail] = error.details if isinstance(error, TemplateInvalid) else ()
    return {"message": error.message, "places": [_place(detail, lines) for detail in details]}


def _place(detail: Detail, lines: Sequence[str]) -> dict[str, Any]:
    found = _PLACE.fullmatch(detail.where)
    number, column = (int(found[1]), int(found[2])) if found else (0, 0)
    text = lines[number - 1] if 0 < number <= len(lines) else ""
    start = max(0, column - 60)  # a minified source has one long line
    shown = text[start : column + 60]
    return {"where": detail.where, "message": detail.message, "line": shown, "at": " " * (column - 1 - start)}


def _who(change: Mapping[str, Any]) -> str:
    way = WAYS.get(change["via"], change["via"])
    return f"{change['by']}, {way}" if change["by"] else way


def told_time(at: str | None, shop: Shop) -> str:
    """A time as the console shows it, in the shop's zone."""
    if at is None:
        return ""
    return datetime.fromisoformat(at).astimezone(shop.zone).strftime("%d %b %Y, %H:%M").lstrip("0")
