"""Put the refused rows of an import, which each part found by itself, into the order of the file."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import merge

from chalicelib.domain.imports import ROWS_A_FILE, Import, Refused
from chalicelib.ports import App
from chalicelib.services.load_import import change_import
from chalicelib.services.split_import import refused_lines


def order_refused(app: App, job: Import) -> None:
    """Merge what the split and every part refused, and end the import. Safe to repeat and to kill.

    One file of each source is held at a time, so memory does not grow with the number of rows.
    """
    rows = merge(*(_rows(app, keys) for keys in job.refused_sources()), key=lambda row: row.line)
    start, some = 0, list[Refused]()
    for row in rows:
        some.append(row)
        if len(some) == ROWS_A_FILE:
            _write(app, job, start, some)
            start, some = start + len(some), []
    if some:
        _write(app, job, start, some)
    change_import(app, job.id, lambda now: replace(now, status="done", ordered=True))


def read_refused(app: App, key: str) -> list[Refused]:
    """The rows of one file."""
    # Not splitlines(): that also cuts at U+2028, which may stand inside a reason.
    content = app.files.get(key)
    return [Refused(*json.loads(text)) for text in content.decode().split("\n")] if content else []


def _rows(app: App, keys: Sequence[str]) -> Iterator[Refused]:
    for key in keys:
        yield from read_refused(app, key)


def _write(app: App, job: Import, start: int, rows: Sequence[Refused]) -> None:
    app.files.put(job.refused_key(start), refused_lines(rows), "application/jsonl")
