"""Use case: what an author changed between two versions of a template, line by line of the source."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from chalicelib.domain.template_versions import LocaleVersions
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.ports import App
from chalicelib.services.get_template import load_locales
from chalicelib.services.get_template_version import source_of
from chalicelib.services.load_source import Source

_AROUND = 3  # lines that are shown before and after a change
_MOST_LINES = 20_000  # of both sources together; a source ends at 512 KB


def diff_template(app: App, name: str, *, before: str | None, after: str | None, locale: str | None) -> dict[str, Any]:
    """{"locale", "from", "to", "added", "removed", "lines": [{"kind", "before", "after", "text"}]}.

    `kind` is "same", "added", "removed" or "gap" (unchanged lines that are left out); `before` and `after` number the
    lines from 1, null where the line is not in that version.

    Args:
        app: the ports.
        name: of the template.
        before: a version; None: the active one, else the one before `after`.
        after: a version of the same locale; None: the newest.
        locale: where no version names it; None: the only one, else the shop's.

    Raises:
        NotFound: no such template or version.
        InvalidInput: the versions are of two locales, or there is only one.
        Conflict: the source of one of them was not kept.
    """
    locales = load_locales(app, name)
    where = _locale(app, name, locales, before or after, locale)
    entry = locales[where]
    newest = after or entry.versions[0]
    oldest = before or _earlier(name, entry, newest)
    for version in (oldest, newest):
        if version not in entry.versions:
            raise NotFound(f"version of template {name} ({where})", version)
    first, second = (_lines(source_of(app, name, entry, version)) for version in (oldest, newest))
    if len(first) + len(second) > _MOST_LINES:
        raise InvalidInput(f"The two versions have {len(first) + len(second):,} lines, over {_MOST_LINES:,} together.")
    lines = list(_compared(first, second))
    counts = {kind: sum(line["kind"] == kind for line in lines) for kind in ("added", "removed")}
    return {"name": name, "locale": where, "from": oldest, "to": newest, **counts, "lines": lines}


def _locale(app: App, name: str, locales: dict[str, LocaleVersions], version: str | None, wanted: str | None) -> str:
    if version is not None:
        wanted = next((locale for locale, entry in locales.items() if version in entry.versions), None)
        if wanted is None:
            raise NotFound(f"version of template {name}", version)
        return wanted
    if wanted is None:
        wanted = next(iter(locales)) if len(locales) == 1 else app.catalog.shop().locale
    if wanted not in locales:
        raise NotFound(f"locale of template {name}", wanted)
    return wanted


def _earlier(name: str, entry: LocaleVersions, newest: str) -> str:
    """The active version, or the one before, where the newest is active itself."""
    if entry.active is not None and entry.active != newest and entry.active in entry.versions:
        return entry.active
    place = entry.versions.index(newest) if newest in entry.versions else 0
    if place + 1 >= len(entry.versions):
        raise InvalidInput(f"Template {name!r} has no version before {newest}: there is nothing to compare it with.")
    return entry.versions[place + 1]


def _lines(source: Source) -> list[str]:
    """The source by lines; a subject that came beside it stands first."""
    head = [f"subject: {source.subject}"] if source.subject is not None else []
    return head + source.source.splitlines()


def _compared(first: list[str], second: list[str]) -> Iterator[dict[str, Any]]:
    last = (0, 0)
    for group in SequenceMatcher(None, first, second).get_grouped_opcodes(_AROUND):
        if (group[0][1], group[0][3]) != last:
            yield _line("gap", None, None, "")
        for tag, low, high, low2, high2 in group:
            if tag == "equal":
                yield from (_line("same", low + n, low2 + n, first[low + n]) for n in range(high - low))
            else:
                yield from (_line("removed", place, None, first[place]) for place in range(low, high))
                yield from (_line("added", None, place, second[place]) for place in range(low2, high2))
        last = (group[-1][2], group[-1][4])
    if last != (len(first), len(second)) and first != second:
        yield _line("gap", None, None, "")


def _line(kind: str, before: int | None, after: int | None, text: str) -> dict[str, Any]:
    numbers = [None if place is None else place + 1 for place in (before, after)]
    return {"kind": kind, "before": numbers[0], "after": numbers[1], "text": text}
