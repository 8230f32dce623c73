"""Begin an import: with the CSV itself, or with a form by which it is uploaded straight to the bucket."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.domain.dates import instant_text
from chalicelib.domain.import_columns import check_mapping
from chalicelib.domain.imports import Import
from chalicelib.errors import TooLarge
from chalicelib.ports import App
from chalicelib.services.load_import import save_import
from chalicelib.services.read_import import import_answer

MAX_INLINE = 3 << 20  # bytes: what fits a request of API Gateway and Lambda (6 MB) as base64 or JSON
MAX_UPLOAD = 1 << 30  # bytes
_UPLOAD_WITHIN = timedelta(hours=1)


def create_import(
    app: App, *, kind: str, mapping: Mapping[str, str], dry_run: bool, csv: bytes | None
) -> dict[str, Any]:
    """Write the import down and answer as `read_import`; without `csv`, with `upload: {url, fields}` beside.

    The file's arrival in the bucket starts the work. With `dry_run`, rows are checked and counted, nothing is stored.

    Raises:
        InvalidInput: no such kind, or a mapping to a field that the kind does not have.
        TooLarge: inline CSV over 3 MB.
        MissingSetting: there is no shop yet, whose currency and time zone the rows are read by.
    """
    app.catalog.shop()
    check_mapping(kind, mapping)
    if csv is not None and len(csv) > MAX_INLINE:
        raise TooLarge(f"The CSV has {len(csv):,} bytes, inline at most {MAX_INLINE:,}. Upload it: leave `csv` out.")
    job = Import(
        id=app.ids.new(),
        kind=kind,
        mapping=dict(mapping),
        dry_run=dry_run,
        created_at=instant_text(app.clock.now()),
    )
    # The import stands before its file: whoever is woken by the file finds it.
    save_import(app, job)
    if csv is None:
        form = app.files.upload_form(job.upload_key(), MAX_UPLOAD, _UPLOAD_WITHIN)
        return import_answer(job) | {"upload": {"url": form["url"], "fields": dict(form["fields"])}}
    app.files.put(job.upload_key(), csv, "text/csv")
    return import_answer(job)
