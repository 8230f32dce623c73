"""Use case: what is known of a template: its versions in each locale, the active one, and what stops a launch."""

from typing import Any

from chalicelib.domain.templates import LocaleVersions, locales_from_body
from chalicelib.errors import NotFound
from chalicelib.ports import App


def get_template(app: App, name: str) -> dict[str, Any]:
    """The template as the API shows it. Raises: NotFound."""
    document = app.catalog.get("template", name)
    if document is None:
        raise NotFound("template", name)
    locales = locales_from_body(document.body)
    return {
        "name": name,
        "active": {locale: entry.active for locale, entry in locales.items() if entry.active},
        "locales": {locale: _shown(entry) for locale, entry in locales.items()},
    }


def _shown(entry: LocaleVersions) -> dict[str, Any]:
    return {
        "draft": entry.versions[0],
        "active": entry.active,
        "versions": list(entry.versions),
        "refuses_launch": list(entry.refuses_launch),
    }
