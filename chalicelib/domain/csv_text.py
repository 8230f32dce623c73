"""How the bytes of an uploaded file become lines: byte order marks, encodings, line ends, delimiters.

Memory stays flat whatever the file holds: a line without an end comes in pieces.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HEAD_BYTES = 1 << 20  # what `sniff` wants to see of a file: ten thousand column names fit
_PIECE = 1 << 18  # bytes after which an unfinished line is handed on in pieces
_DELIMITERS = (",", ";", "\t")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SEP_LINE = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)  # how Excel writes its delimiter into a file


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one file is written. `start` is the byte where its header begins, `start_line` the lines before it."""

    encoding: str  # utf-8, utf-16-le or utf-16-be; a utf-8 line that is none is read as Windows-1252
    delimiter: str
    start: int = 0
    start_line: int = 0


def sniff(head: bytes) -> Dialect:
    """Tell from its first megabyte how a file is written.

    A byte order mark decides the encoding; without one, zero bytes at every second place mean UTF-16. The delimiter is
    the one of comma, semicolon and tab that cuts the header into most columns, the first of them in a tie.
    """
    encoding, mark = _encoding(head)
    width = 1 if encoding == "utf-8" else 2
    text = decode_line(head[mark:], encoding)
    first = re.split("[\r\n]", text, maxsplit=1)[0]
    told = _SEP_LINE.fullmatch(first)
    if not told:
        header = next((line for line in re.split("[\r\n]+", text) if line.strip()), "")
        return Dialect(encoding, max(_DELIMITERS, key=lambda mark: _columns(header, mark)), mark)
    end = len(first) + (2 if text[len(first) :].startswith("\r\n") else 1)
    return Dialect(encoding, told[1], mark + end * width, 1)


def _encoding(head: bytes) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    sample = head[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 > len(sample):  # more than half of every second byte
        return ("utf-16-le" if odd > even else "utf-16-be"), 0
    return "utf-8", 0


def _columns(header: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=delimiter), []))
    except csv.Error:  # a field over the limit: another delimiter may cut it
        return 1


def decode_line(raw: bytes, encoding: str = "utf-8") -> str:
    """Text of some bytes. UTF-8 where they are valid UTF-8, else Windows-1252, else Latin-1: line by line.

    A file that was put together from two sources is read right, and no look ahead is needed.
    """
    if encoding != "utf-8":
        return raw.decode(encoding, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:  # five bytes mean nothing in Windows-1252
        return raw.decode("latin-1")


def pieces(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    r"""The lines of a file as UTF-8 or one-byte text, each with its line end: \n, \r\n or \r, also mixed.

    A line longer than a quarter of a megabyte comes in several pieces, of which only the last has a line end.
    """
    rest = b""
    for chunk in chunks if encoding == "utf-8" else _transcoded(chunks, encoding):
        parts = (rest + chunk).splitlines(keepends=True)
        rest = parts.pop() if parts else b""  # may be cut in the middle of a line, or of \r\n
        yield from parts
        if len(rest) > _PIECE:
            yield rest[:-1]
            rest = rest[-1:]
    if rest:
        yield rest


def _transcoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def width(raw: bytes, encoding: str) -> int:
    """How many bytes of the file a piece took."""
    return len(raw) if encoding == "utf-8" else len(raw.decode().encode(encoding))
