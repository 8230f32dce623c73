"""Whether a row of a CSV file still stands inside quotes, told piece by piece without keeping what they hold."""

_QUOTE = b'"'


class Quotes:
    """Follows one row through its pieces, as Python's csv module reads it."""

    def __init__(self, delimiter: str) -> None:
        self._next_quoted = delimiter.encode() + _QUOTE  # how a quoted cell begins, past the first one
        self._delimiter = delimiter.encode()
        self._at_start = True  # of a cell
        self._closing = False  # the last byte was a quote that closes the cell, or is the first of two
        self.open = False  # inside quotes

    def follow(self, raw: bytes) -> None:
        """Read on. A piece may end anywhere, also between two quotes that stand for one."""
        place = 0
        if self._closing:
            self.open, self._closing = raw.startswith(_QUOTE), False
            place = int(self.open)
        while place < len(raw):
            place = self._in_quotes(raw, place) if self.open else self._outside(raw, place)
        if raw and not self.open:
            self._at_start = raw.endswith(self._delimiter)

    def _in_quotes(self, raw: bytes, place: int) -> int:
        quote = raw.find(_QUOTE, place)
        if quote < 0:
            return len(raw)
        if raw.startswith(_QUOTE, quote + 1):
            return quote + 2
        self.open, self._at_start = False, False
        self._closing = quote + 1 == len(raw)
        return quote + 1

    def _outside(self, raw: bytes, place: int) -> int:
        if self._at_start and raw.startswith(_QUOTE, place):
            self.open = True
            return place + 1
        self._at_start = False
        begin = raw.find(self._next_quoted, place)
        if begin < 0:
            return len(raw)
        self.open = True
        return begin + 2
