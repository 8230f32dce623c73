"""Use case: all templates of the shop, with what is active and what waits to be."""

from typing import Any

from chalicelib.domain.template_versions import history, locales_from_body
from chalicelib.ports import App


def list_templates(app: App) -> list[dict[str, Any]]:
    """By name: {"name", "locales": {locale: {"draft", "active", "launchable"}}, "changed_at"}."""
    found = []
    for document in app.catalog.list("template"):
        locales = locales_from_body(document.body)
        told = history(locales)
        found.append(
            {
                "name": document.name,
                "locales": {
                    locale: {
                        "draft": entry.versions[0],
                        "active": entry.active,
                        "launchable": entry.active is not None and not entry.refuses_launch,
                    }
                    for locale, entry in locales.items()
                },
                "changed_at": told[0]["at"] if told else None,
            }
        )
    return found
