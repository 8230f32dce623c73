"""Store one part of an import, so that a repeat after any stop gives the same answer."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from chalicelib.domain.import_columns import Columns
from chalicelib.domain.imports import ROWS_A_FILE, Counts, Import, Refused, RefusedRow, Stored
from chalicelib.errors import HabitueError
from chalicelib.ports import App
from chalicelib.services.clear_import import ENDED, clear_import
from chalicelib.services.import_orders import ImportedOrders
from chalicelib.services.import_records import ImportedRecords
from chalicelib.services.load_import import change_import, load_import, note_trouble
from chalicelib.services.order_refused import order_refused
from chalicelib.services.split_import import refused_lines

_LONGEST_TROUBLE = 500  # characters


class Work(Protocol):
    """The rows of one part, of one kind."""

    def add(self, row: int, cells: Mapping[str, str]) -> None:
        """Take one row."""
        ...

    def store(self, *, dry_run: bool) -> Stored:
        """Store everything, or tell what storing would do."""
        ...


def import_part(app: App, import_id: str, part: int) -> None:
    """Read, check and store the rows of one part, and write down what it gave. The last part ends the import.

    What stops a part (a table that throttles, a setting that is missing) rises, so that its message comes again, and
    stands in the import's `reason` until it is over.
    """
    job = load_import(app, import_id)
    _end(app, job)
    if job.status != "running" or str(part) in job.done or job.columns is None:
        return
    try:
        _import_part(app, job, job.columns, part)
    except Exception as error:
        # What is not ours may tell of things that are nobody's business outside; the log has it.
        cause = error.message if isinstance(error, HabitueError) else f"{type(error).__name__}, see the log"
        note_trouble(app, import_id, f"Part {part + 1} of {job.partitions} is tried again: {cause}"[:_LONGEST_TROUBLE])
        raise


def _import_part(app: App, job: Import, columns: Columns, part: int) -> None:
    work, read = _read(app, job, columns, part)
    if str(part) in load_import(app, job.id).done:
        return  # a rival was faster, and once an import has ended its rows are deleted: these may be only some
    foreseen = _foresee(app, job, part, work)
    stored = work.store(dry_run=job.dry_run)
    outcomes = Counter(foreseen.get(key, outcome) for key, outcome in stored.outcomes.items())
    counts = Counts(
        created=outcomes["created"],
        updated=outcomes["updated"],
        unchanged=outcomes["unchanged"],
        refused=_write_refused(app, job, columns, part, stored.refused),
        read=read,
        without_time_zone=stored.without_time_zone,
    )
    _end(app, change_import(app, job.id, lambda now: _with_part(now, part, counts)))


def _end(app: App, job: Import) -> None:
    """What is left to do when all parts are done, also where whoever ended the last one died before it."""
    if job.status == "ordering":
        order_refused(app, job)
    if job.status in {"ordering", *ENDED}:
        clear_import(app, job)


def _read(app: App, job: Import, columns: Columns, part: int) -> tuple[Work, int]:
    """The rows of the part in the order of the file, and how many they are."""
    work: Work = ImportedOrders(app) if job.kind == "orders" else ImportedRecords(app, job.kind)
    count = 0
    for row, cells in _rows(app, job, part):
        work.add(row, dict(zip(columns.fields, cells, strict=True)))
        count += 1
    return work, count


def _rows(app: App, job: Import, part: int) -> Iterator[tuple[int, list[str]]]:
    for span in job.spans:
        content = app.files.get(job.rows_key(part, span))
        # Not splitlines(): that also cuts at U+2028, which may stand inside a cell.
        for text in gzip.decompress(content).decode().split("\n") if content else ():
            row, *cells = json.loads(text)
            yield row, cells


def _foresee(app: App, job: Import, part: int, work: Work) -> Mapping[str, str]:
    """What the first attempt at this part found that storing would do.

    It is written down before anything is stored: a repeat finds its own first half in the store, and would count
    that as unchanged.
    """
    key = job.foreseen_key(part)
    if app.files.get(key) is None:
        foreseen = work.store(dry_run=True).outcomes
        app.files.create(key, json.dumps(foreseen, ensure_ascii=False).encode(), "application/json")
    found: dict[str, str] = json.loads(app.files.get(key) or b"{}")
    return found


def _write_refused(app: App, job: Import, columns: Columns, part: int, rows: Sequence[RefusedRow]) -> int:
    names = dict(zip(columns.fields, columns.names, strict=True))
    named = sorted(
        (Refused(row.line, names.get(row.field or "", row.field), row.reason) for row in rows),
        key=lambda row: row.line,
    )
    for start in range(0, len(named), ROWS_A_FILE):
        some = refused_lines(named[start : start + ROWS_A_FILE])
        app.files.put(job.part_refused_key(part, start), some, "application/jsonl")
    return len(named)


def _with_part(job: Import, part: int, counts: Counts) -> Import:
    if str(part) in job.done:
        return job
    done = {**job.done, str(part): counts}
    told = replace(job, done=done)
    if len(done) < job.partitions:
        return told
    # What one source found is in the order of the file already.
    return replace(told, status="ordering" if len(told.refused_sources()) > 1 else "done", reason="")
