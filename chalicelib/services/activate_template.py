"""Use case: approve a version, so that launches from now on use it. A launched message keeps the one it pinned."""

from dataclasses import replace

from chalicelib.domain.templates import LocaleVersions, locales_from_body
from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.load_version import load_version
from chalicelib.services.put_template import change_locales


def activate_template(app: App, name: str, version: str | None) -> None:
    """Make a version active in its locale; without one, the newest of every locale.

    Raises:
        NotFound: no such template, or it has no such version.
    """
    document = app.catalog.get("template", name)
    if document is None:
        raise NotFound("template", name)
    known = locales_from_body(document.body)
    if version is not None and not any(version in entry.versions for entry in known.values()):
        raise NotFound(f"version of template {name}", version)
    change_locales(app, name, lambda locales: {key: _active(app, entry, version) for key, entry in locales.items()})


def _active(app: App, entry: LocaleVersions, version: str | None) -> LocaleVersions:
    chosen = version or entry.versions[0]
    if chosen not in entry.versions:
        return entry
    refuses = tuple(load_version(app, chosen).refuses_launch)
    return replace(entry, active=chosen, refuses_launch=refuses)
