"""Use case: one version of a template as its author wrote it, with what the compiler said of it."""

from typing import Any

from chalicelib.domain.template_versions import LocaleVersions
from chalicelib.errors import Conflict, NotFound
from chalicelib.ports import App
from chalicelib.services.get_template import load_locales
from chalicelib.services.load_source import Source, load_source
from chalicelib.services.load_version import load_version


def get_template_version(app: App, name: str, version: str) -> dict[str, Any]:
    """The version as the API shows it; `source` is null where it came before sources were kept. Raises: NotFound."""
    locale, entry = find_version(app, name, version)
    compiled = load_version(app, version)
    kept, upload = _kept(app, entry, version), entry.uploads.get(version)
    return {
        "name": name,
        "locale": locale,
        "version": version,
        "active": entry.active == version,
        "source": kept.source if kept else None,
        "content_type": (("application/xml" if kept.mjml else "text/html") if kept else None),
        "subject": kept.subject if kept else None,
        "uploaded_at": upload.at if upload else None,
        "by": (upload.by or None) if upload else None,
        "via": upload.via if upload else None,
        "note": (upload.note or None) if upload else None,
        "warnings": [warning.shown() for warning in compiled.warnings],
        "variables": list(compiled.variables),
        "links": list(compiled.links),
        "size_bytes": compiled.size_bytes,
    }


def find_version(app: App, name: str, version: str) -> tuple[str, LocaleVersions]:
    """The locale that a version belongs to, and all that the template has in it. Raises: NotFound."""
    for locale, entry in load_locales(app, name).items():
        if version in entry.versions:
            return locale, entry
    raise NotFound(f"version of template {name}", version)


def source_of(app: App, name: str, entry: LocaleVersions, version: str) -> Source:
    """What the author of a version wrote.

    Raises:
        Conflict: the version came before sources were kept.
    """
    kept = _kept(app, entry, version)
    if kept is None:
        raise Conflict(
            f"The source of version {version} of template {name!r} was not kept: it came with an older release. "
            "Upload it again."
        )
    return kept


def _kept(app: App, entry: LocaleVersions, version: str) -> Source | None:
    upload = entry.uploads.get(version)
    return load_source(app, upload.source) if upload else None
