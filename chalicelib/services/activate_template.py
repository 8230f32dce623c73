"""Use case: approve a version, so that launches from now on use it. A launched message keeps the one it pinned."""

from collections.abc import Mapping

from chalicelib.domain.dates import instant_text
from chalicelib.domain.template_versions import Activation, Author, LocaleVersions, locales_from_body, read_note
from chalicelib.errors import Conflict, Detail, NotFound
from chalicelib.ports import App
from chalicelib.services.load_version import load_version
from chalicelib.services.put_template import change_locales


def activate_template(
    app: App, name: str, version: str | None, *, author: Author | None = None, note: str | None = None
) -> None:
    """Make a version active in its locale; without one, the newest of every locale. An earlier one: a way back.

    Raises:
        NotFound: no such template, or it has no such version.
        Conflict: the shop wants a second person to approve, and the author is none. Nothing was changed.
        InvalidInput: the note has several lines.
    """
    author, words = author or Author(), read_note(note)
    document = app.catalog.get("template", name)
    if document is None:
        raise NotFound("template", name)
    known = locales_from_body(document.body)
    if version is not None and not any(version in entry.versions for entry in known.values()):
        raise NotFound(f"version of template {name}", version)
    approval = app.catalog.shop().template_approval
    at = instant_text(app.clock.now())

    def change(locales: dict[str, LocaleVersions]) -> dict[str, LocaleVersions]:
        chosen = {key: version or entry.versions[0] for key, entry in locales.items()}
        chosen = {key: wanted for key, wanted in chosen.items() if wanted in locales[key].versions}
        if approval:
            _refuse_own(name, locales, chosen, author)
        return {**locales, **{key: active(locales[key], wanted) for key, wanted in chosen.items()}}

    def active(entry: LocaleVersions, wanted: str) -> LocaleVersions:
        told = Activation(version=wanted, at=at, by=author.name, via=author.via, note=words)
        return entry.activated(told, tuple(load_version(app, wanted).refuses_launch))

    change_locales(app, name, change)


def _refuse_own(name: str, locales: Mapping[str, LocaleVersions], chosen: Mapping[str, str], author: Author) -> None:
    found = {key: locales[key].not_approved(version, author) for key, version in chosen.items()}
    details = [Detail(f"{name} ({key}), version {chosen[key]}", reason) for key, reason in found.items() if reason]
    if details:
        raise Conflict(
            f"The shop wants a second person to approve each version (`template_approval`): {details[0].where}: "
            f"{details[0].message}. `habitue key add NAME` makes a key for another person.",
            details,
        )
