"""Which versions a template has: who uploaded and who approved each, which one is active, and who may make one so."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from json import dumps
from typing import Any, Literal

from chalicelib.domain.texts import one_line
from chalicelib.errors import InvalidInput

MAX_VERSIONS = 50  # of one locale that can be made active again
MAX_NOTE = 200  # characters
MAX_HISTORY = 150_000  # characters of all notes, names and times of one template; what is older is forgotten

Via = Literal["api", "cli", "console", "bucket", "library"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who does something with a template, and which way it came."""

    name: str = ""  # of the API key; empty where nobody's name is known: the console before sign-in, the bucket
    via: Via = "api"


LIBRARY = Author(via="library")  # what ships with the service


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """How a version came here."""

    at: str  # RFC 3339
    by: str  # Author.name
    via: str
    note: str = ""
    source: str  # the hash under which the author's source is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """One time that a version was made active."""

    version: str
    at: str  # RFC 3339
    by: str
    via: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocaleVersions:
    """The versions of a template in one locale."""

    versions: tuple[str, ...] = ()  # newest first; the first is the draft
    active: str | None = None  # the approved one
    refuses_launch: tuple[str, ...] = ()  # why the active one may not be launched
    shipped: str | None = None  # hash of the library's source that the newest came from; None: the shop's own
    uploads: Mapping[str, Upload] = field(default_factory=dict)  # by version; older ones have none
    activations: tuple[Activation, ...] = ()  # newest first

    def with_version(self, version: str, upload: Upload, shipped: str | None = None) -> "LocaleVersions":
        """This with a newest version; the same again changes its place and its source, not who brought it first.

        From the bucket it does not change its place: an event may come again when a newer version is there.
        """
        others = tuple(known for known in self.versions if known != version)
        first = self.uploads.get(version)
        stays = upload.via == "bucket" and version in self.versions
        newest = self.versions if stays else (version, *others)[:MAX_VERSIONS]
        uploads = {**self.uploads, version: replace(first, source=upload.source) if first else upload}
        kept = {name: uploads[name] for name in newest if name in uploads}
        return replace(self, versions=newest, shipped=shipped, uploads=kept)

    def state_of(self, version: str) -> Literal["active", "draft", "earlier"]:
        """What a version is at this moment: sent, the newest, or neither."""
        if version == self.active:
            return "active"
        return "draft" if version == self.versions[0] else "earlier"

    def activated(self, activation: Activation, refuses_launch: tuple[str, ...]) -> "LocaleVersions":
        """This with another active version; the one that is active already changes nothing but its faults."""
        if self.active == activation.version:
            return replace(self, refuses_launch=refuses_launch)
        told = (activation, *self.activations)[:MAX_VERSIONS]
        return replace(self, active=activation.version, refuses_launch=refuses_launch, activations=told)

    def not_approved(self, version: str, author: Author) -> str:
        """Why this author cannot approve the version where a second person has to; empty: they can.

        What a second person approved once may be made active again by anybody: going back must not wait. What ships
        with the service is approved by those who ship it.
        """
        upload = self.uploads.get(version)
        if author.via == "library" or version == self.active or self._approved_before(version):
            return ""
        if upload is None or (not upload.by and upload.via != "library"):
            return "nobody knows who uploaded it; upload it again with an API key of your own"
        if not author.name:
            return "whoever asks has no name here; approve it by the API or the command, with an API key of your own"
        if upload.by == author.name:
            return f"{author.name!r} uploaded it and cannot approve it too; ask somebody with another API key"
        return ""

    def _approved_before(self, version: str) -> bool:
        upload = self.uploads.get(version)
        return upload is not None and any(
            one.version == version and one.by and upload.by and one.by != upload.by for one in self.activations
        )


def read_note(value: str | None) -> str:
    """What an author writes beside a version, in one line; nothing is allowed too. Raises: InvalidInput."""
    if value is None or not value.strip():
        return ""
    try:
        return one_line(value, MAX_NOTE)
    except InvalidInput as error:
        raise InvalidInput(f"The note {error.message}.") from error


def history(locales: Mapping[str, LocaleVersions]) -> list[dict[str, Any]]:
    """What happened to a template, newest first: each upload and each activation, by whom, which way."""
    return sorted(_told(locales), key=lambda one: (one["at"], one["what"] == "activated"), reverse=True)


def _told(locales: Mapping[str, LocaleVersions]) -> Iterator[dict[str, Any]]:
    for locale, entry in locales.items():
        for version, upload in entry.uploads.items():
            yield {"what": "uploaded", "locale": locale, "version": version, **_facts(upload)}
        for activation in entry.activations:
            yield {"what": "activated", "locale": locale, "version": activation.version, **_facts(activation)}


def _facts(of: Upload | Activation) -> dict[str, Any]:
    return {"at": of.at, "by": of.by or None, "via": of.via, "note": of.note or None}


def locales_from_body(body: Mapping[str, Any]) -> dict[str, LocaleVersions]:
    """What a catalog document says of each locale."""
    told = body.get("history", {})
    return {locale: _entry(fields, told.get(locale, {})) for locale, fields in body.get("locales", {}).items()}


def _entry(fields: Mapping[str, Any], told: Mapping[str, Any]) -> LocaleVersions:
    return LocaleVersions(
        versions=tuple(fields["versions"]),
        active=fields["active"],
        refuses_launch=tuple(fields["refuses_launch"]),
        shipped=fields["shipped"],
        uploads={version: Upload(**upload) for version, upload in told.get("uploads", {}).items()},
        activations=tuple(Activation(**one) for one in told.get("activations", ())),
    )


def body_from_locales(locales: Mapping[str, LocaleVersions]) -> dict[str, Any]:
    """The body of the catalog document.

    The history stands apart from the rest: code of an older release, which runs beside ours during a deployment, reads
    `locales` and knows no more fields in it.
    """
    ordered = sorted(locales.items())
    plain = {
        locale: {
            "versions": list(entry.versions),
            "active": entry.active,
            "refuses_launch": list(entry.refuses_launch),
            "shipped": entry.shipped,
        }
        for locale, entry in ordered
    }
    return {"locales": plain, "history": _bounded(dict(ordered))}


def _bounded(locales: Mapping[str, LocaleVersions]) -> dict[str, Any]:
    """The newest of the history that fit: a document of the catalog ends at 350 KB."""
    most = MAX_VERSIONS
    while True:
        told = {locale: _history_fields(entry, most) for locale, entry in locales.items()}
        if most == 1 or len(dumps(told)) <= MAX_HISTORY:
            return told
        most //= 2


def _history_fields(entry: LocaleVersions, most: int) -> dict[str, Any]:
    uploads = {name: asdict(entry.uploads[name]) for name in entry.versions if name in entry.uploads}
    return {
        "uploads": dict(list(uploads.items())[:most]),
        "activations": [asdict(one) for one in entry.activations[:most]],
    }
