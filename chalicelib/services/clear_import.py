"""What is kept of an import that has ended: place and reason of each refused row. Everything else names people."""

from collections.abc import Collection

from chalicelib.domain.imports import Import
from chalicelib.ports import App

ENDED = frozenset({"done", "failed"})


def clear_import(app: App, job: Import) -> None:
    """Delete the uploaded file and the working files of an import that has ended. Repeating changes nothing."""
    keys = [*app.files.keys(f"imports/{job.id}/"), job.upload_key()]
    app.files.delete([key for key in keys if is_working_file(key, {job.id})])


def is_working_file(key: str, import_ids: Collection[str]) -> bool:
    """Whether this is a file of one of these imports that nobody needs after its end."""
    folder, import_id, *rest = key.removesuffix(".csv").split("/")
    return import_id in import_ids and (folder == "uploads" or rest[:1] != ["refused"])
