"""Use case: what is known of a template: its versions in each locale, the active one, its history."""

from typing import Any

from chalicelib.domain.template_versions import LocaleVersions, history, locales_from_body
from chalicelib.errors import NotFound
from chalicelib.ports import App


def get_template(app: App, name: str) -> dict[str, Any]:
    """The template as the API shows it. Raises: NotFound."""
    locales = load_locales(app, name)
    return {
        "name": name,
        "active": {locale: entry.active for locale, entry in locales.items() if entry.active},
        "locales": {locale: _shown(entry) for locale, entry in locales.items()},
        "history": history(locales),
    }


def load_locales(app: App, name: str) -> dict[str, LocaleVersions]:
    """The versions of a template, by locale. Raises: NotFound."""
    document = app.catalog.get("template", name)
    if document is None:
        raise NotFound("template", name)
    return locales_from_body(document.body)


def _shown(entry: LocaleVersions) -> dict[str, Any]:
    return {
        "draft": entry.versions[0],
        "active": entry.active,
        "versions": list(entry.versions),
        "refuses_launch": list(entry.refuses_launch),
        "shipped": entry.shipped is not None,
    }
