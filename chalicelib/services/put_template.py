"""Use case: compile an author's source and keep it as the newest version of a template in one locale."""

from collections.abc import Callable
from dataclasses import replace
from json import dumps
from re import compile as regex
from typing import Any

from chalicelib.domain.dates import instant_text
from chalicelib.domain.template_versions import (
    Author,
    LocaleVersions,
    Upload,
    body_from_locales,
    locales_from_body,
    read_note,
)
from chalicelib.domain.templates import CompiledTemplate, template_to_fields
from chalicelib.errors import InvalidInput, StaleRevision
from chalicelib.ports import App, Document
from chalicelib.services.load_source import keep_source
from chalicelib.services.load_version import version_key

_NAME = regex(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_LOCALE = regex(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_TRIES = 10  # with somebody else writing the same template at the same moment


def put_template(
    app: App,
    name: str,
    locale: str,
    subject: str | None,
    source: str,
    mjml: bool,
    *,
    author: Author | None = None,
    note: str | None = None,
    shipped: str | None = None,
) -> dict[str, Any]:
    """Store a new version, not yet active, and say what an author should know of it.

    Args:
        app: the ports.
        name: small letters, digits and dashes.
        locale: such as "en" or "de-AT".
        subject: instead of the title in the source; None: the title.
        source: MJML, or HTML where `mjml` is false.
        mjml: how to read the source.
        author: who brings it, and which way.
        note: what the author writes beside it, in one line.
        shipped: the hash of the library's source, where it came from there.

    Raises:
        TemplateInvalid: it can never be sent; every problem at its line and column. Nothing was stored.
        InvalidInput: the name or the locale is none, or the note has several lines.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"The template name {name[:70]!r} must be 1 to 64 small letters, digits and dashes.")
    if not _LOCALE.fullmatch(locale):
        raise InvalidInput(f"The locale {locale[:20]!r} must look like `en` or `de-AT`.")
    words, author = read_note(note), author or Author()
    template = app.compiler.compile(name, locale, source, subject, mjml=mjml)
    _store(app, template)
    kept = keep_source(app, source, subject, mjml=mjml)
    upload = Upload(at=instant_text(app.clock.now()), by=author.name, via=author.via, note=words, source=kept)
    after = change_locales(app, name, lambda locales: _with_version(locales, template, upload, shipped))
    return {
        "name": name,
        "locale": locale,
        "version": template.version,
        "state": after[locale].state_of(template.version),
        "errors": [],
        "warnings": [warning.shown() for warning in template.warnings],
        "variables": list(template.variables),
        "links": list(template.links),
        "size_bytes": template.size_bytes,
    }


def _store(app: App, template: CompiledTemplate) -> None:
    content = dumps(template_to_fields(template), ensure_ascii=False).encode()
    app.files.create(version_key(template.version), content, "application/json")


def _with_version(
    locales: dict[str, LocaleVersions], template: CompiledTemplate, upload: Upload, shipped: str | None
) -> dict[str, LocaleVersions]:
    entry = locales.get(template.locale, LocaleVersions()).with_version(template.version, upload, shipped)
    if entry.active == template.version:
        entry = replace(entry, refuses_launch=tuple(template.refuses_launch))
    return {**locales, template.locale: entry}


def change_locales(
    app: App, name: str, change: Callable[[dict[str, LocaleVersions]], dict[str, LocaleVersions]]
) -> dict[str, LocaleVersions]:
    """Apply a change to what the catalog says of a template, on fresh data until it holds.

    Raises:
        StaleRevision: others kept changing it meanwhile.
    """
    for _ in range(_TRIES):
        document = app.catalog.get("template", name) or Document(kind="template", name=name, body={})
        before = locales_from_body(document.body)
        after = change(before)
        if after == before:
            return after
        try:
            app.catalog.put(replace(document, body=body_from_locales(after)))
        except StaleRevision:
            continue
        return after
    raise StaleRevision(f"The template {name!r} is being changed by others. Try again.")
