"""How lines become the rows of a table, in flat memory, from any row on: what is too long is refused, not read."""

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chalicelib.domain.csv_quotes import Quotes
from chalicelib.domain.csv_text import Dialect, decode_line, pieces, width

MAX_RECORD = 1 << 20  # bytes of one row, line breaks inside quotes included
MAX_FIELD = 131_072  # characters of one cell: the limit of Python's csv module


class Row(NamedTuple):
    """One row. `problem` says why it could not be read; then it has no cells."""

    line: int  # where it begins, counted from 1 in lines of the file
    cells: list[str]
    problem: str = ""


class _RecordTooLong(Exception):  # noqa: N818 - a signal from the feeder through the reader, no error of the caller
    """The row at hand is over MAX_RECORD."""


class CsvRows:
    """Reads the rows of one file; `offset` and `line` after each row are where the next one begins.

    Give both to another reader, with the bytes from `offset` on, and it goes on where this one stopped.
    """

    def __init__(self, chunks: Iterable[bytes], dialect: Dialect, offset: int, line: int) -> None:
        self.offset = offset  # bytes of the file up to here
        self.line = line  # lines of the file up to here
        self._dialect = dialect
        self._pieces = pieces(chunks, dialect.encoding)
        self._record: list[bytes] = []  # the lines of the row at hand
        self._size = 0  # their bytes
        self._ended = False

    def __iter__(self) -> Iterator[Row]:
        """Every row that is not blank."""
        # Not a generator: that would be dead after its first exception.
        reader = csv.reader(iter(self._next_line, None), delimiter=self._dialect.delimiter)
        while True:
            self._record.clear()
            self._size, first = 0, self.line + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _RecordTooLong):
                self._skip_record()
                yield Row(first, [], self._too_long(first))
                continue
            if self._ended and self._quotes().open:
                yield Row(first, [], f"a quote that opens on line {first} or below is never closed")
            elif any(cells):
                yield Row(first, cells)

    def _next_line(self) -> str | None:
        raw = self._next_piece()
        while not raw.endswith((b"\n", b"\r")) and not self._ended:
            if self._size + len(raw) > MAX_RECORD:
                self._record.append(raw)
                raise _RecordTooLong
            try:
                raw += self._next_piece()
            except StopIteration:
                break
        self._record.append(raw)
        self._size += len(raw)
        if self._size > MAX_RECORD:
            raise _RecordTooLong
        return decode_line(raw)

    def _next_piece(self) -> bytes:
        try:
            raw = next(self._pieces)
        except StopIteration:
            self._ended = True
            raise
        self.offset += width(raw, self._dialect.encoding)
        self.line += raw.endswith((b"\n", b"\r"))
        return raw

    def _quotes(self) -> Quotes:
        quotes = Quotes(self._dialect.delimiter)
        for raw in self._record:
            quotes.follow(raw)
        return quotes

    def _skip_record(self) -> None:
        """Read to the end of the row at hand without keeping it."""
        quotes = self._quotes()
        last = self._record[-1]
        while quotes.open or not last.endswith((b"\n", b"\r")):
            try:
                last = self._next_piece()
            except StopIteration:
                return
            quotes.follow(last)

    def _too_long(self, first: int) -> str:
        lines = f"line {first}" if self.line <= first else f"lines {first} to {self.line}"
        return (
            f"{lines}: longer than {MAX_RECORD:,} bytes a row or {MAX_FIELD:,} characters a cell; "
            "perhaps a quote that opens there is not closed"
        )
