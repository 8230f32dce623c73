"""Where each character of a template came from: the author's file or a partial of the library, line and column."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from re import compile as regex

from chalicelib.errors import Detail

MAX_PROBLEMS = 50  # enough to mend a template in one go; the rest would only repeat
MAX_INCLUDES = 50
MAX_INCLUDE_DEPTH = 5
_INCLUDE = regex(r"""\{%-?\s*include\s+(?:'([^'\n]*)'|"([^"\n]*)")\s*-?%\}""")


@dataclass(slots=True)
class Problems:
    """What is wrong, in the order of the source. `where` turns a place into the words for the author."""

    where: Callable[[int], str]
    found: list[tuple[int, Detail]] = field(default_factory=list)

    def add(self, place: int, message: str) -> None:
        """Note one problem at a character of the expanded source; the same one at the same place only once."""
        if len(self.found) >= MAX_PROBLEMS:
            return  # before the place is looked up, which takes a walk through the source
        entry = (place, Detail(self.where(place), message))
        if entry not in self.found:
            self.found.append(entry)

    def details(self) -> list[Detail]:
        """All of them, by place."""
        return [detail for _, detail in sorted(self.found, key=lambda entry: entry[0])]


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int  # in the expanded text
    file: str  # empty: the author's own
    text: str  # the whole file
    offset: int  # of the piece in that file


class AuthorSource:
    """A template with its includes put in place.

    `text` is the expanded source. Only partials of the library can be included; their names are no paths.
    """

    def __init__(self, source: str, partials: Mapping[str, str]) -> None:
        self.text = ""
        self._pieces: list[_Piece] = []
        self._partials = partials
        self._parts: list[str] = []
        self._length = 0
        self._includes = 0
        self._failed: list[tuple[int, str]] = []
        self._add("", clean(source), ())
        self.text = "".join(self._parts)
        self._starts = [piece.start for piece in self._pieces]

    def problems(self) -> Problems:
        """A fresh list of problems; those of the includes are in it already."""
        problems = Problems(self.where)
        for place, message in self._failed:
            problems.add(place, message)
        return problems

    def where(self, place: int) -> str:
        """ "line 12, column 7", with the partial's name before it where it stands in one."""
        if not self._pieces:
            return "line 1, column 1"
        piece = self._pieces[max(0, bisect_right(self._starts, place) - 1)]
        offset = min(piece.offset + place - piece.start, len(piece.text))
        line = piece.text.count("\n", 0, offset) + 1
        column = offset - (piece.text.rfind("\n", 0, offset) + 1) + 1
        spot = f"line {line}, column {column}"
        return f"{piece.file}, {spot}" if piece.file else spot

    def _add(self, file: str, text: str, path: tuple[str, ...]) -> None:
        done = 0
        for match in _INCLUDE.finditer(text):
            self._literal(file, text, done, match.start())
            self._include(match.group(1) or match.group(2) or "", file, text, match.start(), path)
            done = match.end()
        self._literal(file, text, done, len(text))

    def _include(self, name: str, file: str, text: str, offset: int, path: tuple[str, ...]) -> None:
        self._pieces.append(_Piece(self._length, file, text, offset))
        if reason := self._refusal(name, path):
            self._failed.append((self._length, reason))
            self._parts.append(" ")  # keeps the place of the include
            self._length += 1
            return
        self._includes += 1
        self._add(name, clean(self._partials[name]), (*path, name))

    def _refusal(self, name: str, path: tuple[str, ...]) -> str:
        if name not in self._partials:
            return f"There is no partial {name!r} in the library.{nearest(name, self._partials)}"
        if name in path or len(path) >= MAX_INCLUDE_DEPTH:
            return f"The partial {name!r} includes itself, or stands deeper than {MAX_INCLUDE_DEPTH} includes."
        if self._includes >= MAX_INCLUDES:
            return f"More than {MAX_INCLUDES} includes."
        return ""

    def _literal(self, file: str, text: str, start: int, end: int) -> None:
        if start < end:
            self._pieces.append(_Piece(self._length, file, text, start))
            self._parts.append(text[start:end])
            self._length += end - start


def clean(source: str) -> str:
    """The source without a byte order mark and with one kind of line end."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def nearest(name: str, known: Mapping[str, object] | set[str] | frozenset[str]) -> str:
    """The mend for a misspelt name: the nearest known one, as a sentence of its own; empty where none is near."""
    close = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""
