"""Read and write what an import remembers, under its revision."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.domain.imports import Import, import_body, import_from_body
from chalicelib.errors import NotFound, StaleRevision
from chalicelib.ports import App, Document

KIND = "import"
_ATTEMPTS = 50  # each failed one means that another part of the same import was just written down


def load_import(app: App, import_id: str) -> Import:
    """The import as it stands. Raises NotFound."""
    document = app.catalog.get(KIND, import_id)
    if document is None:
        raise NotFound("import", import_id)
    return import_from_body(document.name, document.body, document.revision)


def save_import(app: App, job: Import) -> Import:
    """Write it under the revision that was read. Raises StaleRevision."""
    document = Document(kind=KIND, name=job.id, body=import_body(job), revision=job.revision)
    return replace(job, revision=app.catalog.put(document).revision)


def change_import(app: App, import_id: str, change: Callable[[Import], Import]) -> Import:
    """Apply a change to what is stored now, again and again until no rival is faster. Raises StaleRevision."""
    for _ in range(_ATTEMPTS):
        try:
            return save_import(app, change(load_import(app, import_id)))
        except StaleRevision:
            continue
    raise StaleRevision(f"Import {import_id!r} kept changing. Its message comes again by itself.")


def note_trouble(app: App, import_id: str, trouble: str) -> None:
    """Write down why a step failed that will come again; the import's last part takes it away."""
    change_import(app, import_id, lambda job: replace(job, reason=trouble))
