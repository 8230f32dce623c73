"""Cut an uploaded file into parts by key, so that the rows of one order meet, in flat memory and from any stop on."""

import gzip
import json
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.csv_rows import CsvRows, Row
from chalicelib.domain.csv_text import HEAD_BYTES, sniff
from chalicelib.domain.import_columns import Columns, match_columns
from chalicelib.domain.imports import (
    MAX_PARTITION_BYTES,
    MAX_PARTITIONS,
    PARTITION_BYTES,
    Import,
    Refused,
    Span,
)
from chalicelib.errors import InvalidInput, StaleRevision
from chalicelib.ports import App
from chalicelib.services.clear_import import ENDED, clear_import
from chalicelib.services.load_import import load_import, save_import

_SPAN_BYTES = 16 << 20  # of the file between two checkpoints
_SPAN_ROWS = 200_000  # a file of tiny rows must not fill the memory either
_ROWS_A_LOOK = 1_000  # rows between two looks at the clock


def split_import(app: App, import_id: str, deadline: datetime) -> None:
    """Split the file of an import and hand its parts to the queue; what is not done by `deadline` goes there, too.

    Safe to repeat, to kill and to run twice at once: a stretch of the file counts when its checkpoint is written, and
    a rival that is behind stops.

    Args:
        app: the ports.
        import_id: what to split.
        deadline: by `Clock.real`; the function that runs this must live half a minute longer.
    """
    job = load_import(app, import_id)
    try:
        if job.status == "waiting":
            job = _open(app, job)
        while job.status == "splitting" and app.clock.real() < deadline:
            job = _split(app, job, deadline)
    except StaleRevision:
        return  # another one splits this file; its own message comes again should it die
    if job.status in ENDED:
        clear_import(app, job)
    if job.status == "splitting":
        app.queue.send("import", [{"v": 1, "import": job.id, "do": "split"}])
    if job.status == "running":
        parts = [part for part in range(job.partitions) if str(part) not in job.done]
        app.queue.send("import", [{"v": 1, "import": job.id, "do": "part", "part": part} for part in parts])


def _open(app: App, job: Import) -> Import:
    """Find out how the file is written and where its fields stand."""
    size = app.files.size(job.upload_key()) or 0
    if not size:
        return save_import(app, replace(job, status="failed", reason="The file is empty."))
    head = _head(app.files.stream(job.upload_key()))
    dialect = sniff(head)
    rows = CsvRows([head[dialect.start :]], dialect, dialect.start, dialect.start_line)
    try:
        columns = _columns(job, next(iter(rows), None))
    except InvalidInput as error:
        return save_import(app, replace(job, status="failed", reason=error.message, size=size))
    partitions = min(MAX_PARTITIONS, -(-size // PARTITION_BYTES))
    opened = replace(
        job,
        status="splitting",
        size=size,
        dialect=dialect,
        columns=columns,
        partitions=partitions,
        loads=(0,) * partitions,
        offset=rows.offset,
        line=rows.line,
    )
    return save_import(app, opened)


def _head(chunks: Iterator[bytes]) -> bytes:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    return head


def _columns(job: Import, header: Row | None) -> Columns:
    if header is None:
        raise InvalidInput("The file has no header: its first row must name the columns.")
    if header.problem:
        raise InvalidInput(f"The header cannot be read: {header.problem}.")
    return match_columns(job.kind, job.mapping, header.cells)


def _split(app: App, job: Import, deadline: datetime) -> Import:
    """Split one more stretch of the file and write the checkpoint behind it."""
    if job.dialect is None or job.columns is None:
        raise RuntimeError(f"import {job.id!r} is splitting, but nobody opened its file")
    if job.offset >= job.size:
        return save_import(app, replace(job, status="running"))
    stretch = _Stretch(job, job.columns)
    reader = CsvRows(app.files.stream(job.upload_key(), job.offset), job.dialect, job.offset, job.line)
    rows = iter(reader)
    count, ended = 0, False
    # One row at a time: a row may have a megabyte.
    while reader.offset - job.offset < _SPAN_BYTES and count < _SPAN_ROWS:
        if count % _ROWS_A_LOOK == 0 and app.clock.real() >= deadline:
            break
        row = next(rows, None)
        if row is None:
            ended = True
            break
        stretch.add(row)
        count += 1
    end = job.size if ended else reader.offset
    span = Span(job.offset, end, len(stretch.refused))
    stretch.write(app, span)
    return save_import(
        app,
        replace(
            job,
            offset=end,
            line=reader.line,
            spans=(*job.spans, span),
            loads=tuple(stretch.loads),
            status="running" if ended else "splitting",
        ),
    )


class _Stretch:
    """The rows of one stretch, by part."""

    def __init__(self, job: Import, columns: Columns) -> None:
        self.loads = list(job.loads)
        self.refused: list[Refused] = []
        self._job = job
        self._columns = columns
        self._parts: list[list[str]] = [[] for _ in range(job.partitions)]

    def add(self, row: Row) -> None:
        """Put a row into its part, or refuse it."""
        cells, problem = self._cells(row)
        if problem is not None:
            self.refused.append(problem)
            return
        part = _part_of(cells[0], len(self._parts))
        text = json.dumps([row.line, *cells], ensure_ascii=False, separators=(",", ":"))
        if self.loads[part] + len(text) > MAX_PARTITION_BYTES:
            reason = "too many rows of one key, or rows too large, for one part; cut the file in two"
            self.refused.append(Refused(row.line, self._columns.names[0], reason))
            return
        self.loads[part] += len(text)
        self._parts[part].append(text)

    def _cells(self, row: Row) -> tuple[list[str], Refused | None]:
        columns = self._columns
        if row.problem:
            return [], Refused(row.line, None, row.problem)
        if len(row.cells) != columns.width and (len(row.cells) < columns.width or any(row.cells[columns.width :])):
            return [], Refused(row.line, None, f"{len(row.cells)} cells, but the header names {columns.width} columns")
        cells = [row.cells[place].strip() for place in columns.places]
        if not cells[0]:
            return [], Refused(row.line, columns.names[0], "is empty")
        return cells, None

    def write(self, app: App, span: Span) -> None:
        """Write what was collected. Nothing of it counts before the checkpoint names the span."""
        for part, rows in enumerate(self._parts):
            if rows:
                content = gzip.compress("\n".join(rows).encode(), compresslevel=1, mtime=0)
                app.files.put(self._job.rows_key(part, span), content, "application/gzip")
        if self.refused:
            app.files.put(self._job.split_refused_key(span), refused_lines(self.refused), "application/jsonl")


def refused_lines(rows: Sequence[Refused]) -> bytes:
    """A file of refused rows: one JSON list a line."""
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def _part_of(key: str, parts: int) -> int:
    composed = key if key.isascii() else unicodedata.normalize("NFC", key)
    return zlib.crc32(composed.encode("utf-8", "surrogatepass")) % parts
