"""Tell how far an import is, what it gave, and which rows were refused, page by page."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from chalicelib.domain.imports import Import
from chalicelib.errors import MalformedRequest
from chalicelib.ports import App
from chalicelib.services.load_import import load_import
from chalicelib.services.order_refused import read_refused


def read_import(app: App, import_id: str, limit: int = 100, cursor: str | None = None) -> dict[str, Any]:
    """The contract's answer: `created`, `updated`, `unchanged` count things, `read` and `refused` rows of the file.

    `rows` are up to `limit` refused ones as `{line, column, reason}`, `next` is the cursor of those after them or
    None; while the import runs, later pages may still grow.

    Raises:
        NotFound: no such import. MalformedRequest: a cursor that no answer gave.
    """
    job = load_import(app, import_id)
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 12):
        raise MalformedRequest(f"The cursor {cursor[:40]!r} was given by no answer. Leave it out to start again.")
    start = int(cursor or 0)
    rows = list(islice(_refused(app, job, start), limit))
    more = start + len(rows) < job.counts.refused
    return import_answer(job) | {"rows": rows, "next": str(start + len(rows)) if more and rows else None}


def import_answer(job: Import) -> dict[str, Any]:
    """What an import answers, without its refused rows."""
    counts = job.counts
    return {
        "id": job.id,
        "kind": job.kind,
        "status": job.status,
        "dry_run": job.dry_run,
        "created_at": job.created_at,
        **counts._asdict(),
        "progress": job.progress,
        "reason": job.reason or None,
        "ignored_columns": list(job.columns.ignored) if job.columns else [],
        "rows": [],
        "next": None,
    }


def _refused(app: App, job: Import, start: int) -> Iterator[dict[str, Any]]:
    """The refused rows from the one at place `start` on."""
    before = 0
    for key, count in job.refused_files():
        if before + count > start:
            for row in read_refused(app, key)[max(0, start - before) :]:
                yield row._asdict()
        before += count
