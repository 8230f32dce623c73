"""How values become lines of a CSV file that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable
from typing import Any

# A spreadsheet runs what begins with one of these; a tab or a line break before them is skipped:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """The value as a text; one that a spreadsheet would run gets an apostrophe before it, negative numbers too."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_lines(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as RFC 4180 wants them: CRLF at the end of each, quotes where needed."""
    text = io.StringIO()
    csv.writer(text).writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue()
