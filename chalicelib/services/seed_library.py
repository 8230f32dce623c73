"""Use case: a fresh shop finds the shipped templates ready; an update brings new ones, never over the shop's own."""

from hashlib import sha256

from chalicelib.domain.template_versions import LIBRARY, LocaleVersions, locales_from_body
from chalicelib.ports import App
from chalicelib.services.activate_template import activate_template
from chalicelib.services.put_template import put_template


def seed_library(app: App) -> list[str]:
    """Store and activate what the shop does not have, or has unchanged from an older release; the names done."""
    done = []
    known: dict[str, dict[str, LocaleVersions]] = {}
    for (name, locale), source in app.library.sources().items():
        if name not in known:
            document = app.catalog.get("template", name)
            known[name] = locales_from_body(document.body) if document else {}
        fingerprint = sha256(source.encode()).hexdigest()
        if _is_due(known[name].get(locale), fingerprint):
            answer = put_template(app, name, locale, None, source, mjml=True, author=LIBRARY, shipped=fingerprint)
            activate_template(app, name, answer["version"], author=LIBRARY)
            done.append(f"{name}.{locale}")
    return done


def _is_due(entry: LocaleVersions | None, fingerprint: str) -> bool:
    if entry is None:
        return True
    # An entry without a fingerprint was put by the shop. Without an active version, a seeding died half way.
    return entry.shipped is not None and (entry.shipped != fingerprint or entry.active is None)
