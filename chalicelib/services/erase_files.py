"""Which other files and documents may name a person, and how each loses the name."""

import json

from chalicelib.domain.erasures import Erasure
from chalicelib.ports import App
from chalicelib.services.answer_once import notes_of
from chalicelib.services.clear_import import ENDED, is_working_file
from chalicelib.services.export_customer import exports_of
from chalicelib.services.keep_facts import without_person
from chalicelib.services.load_import import KIND

ERASED = "The reason went with a person who was erased."


def erase_files(app: App, erasure: Erasure) -> bool:
    """Kept answers, exports, what imports left, raw events of SES; whether nothing is left, which is so at once.

    The files of walks over all customers name nobody (services/gathering.py).
    """
    for note in app.catalog.list(notes_of(erasure.customer_id)):
        app.catalog.delete("once", note.name)
        app.catalog.delete(note.kind, note.name)
    app.files.delete(app.files.keys(exports_of(app, erasure.customer_id)))
    _erase_from_imports(app, erasure)
    for prefix in ("events/", "events-failed/"):
        for key in app.files.keys(prefix):
            content = app.files.get(key)
            left = without_person(content, erasure) if content is not None else content
            if left is not None and left != content:
                app.files.put(key, left, "application/json")
    return True


def _erase_from_imports(app: App, erasure: Erasure) -> None:
    """An import that runs takes its working files away when it ends; of those that ended, none may be left."""
    ended = {document.name for document in app.catalog.list(KIND) if document.body["status"] in ENDED}
    keys = [*app.files.keys("imports/"), *app.files.keys("uploads/")]
    app.files.delete([key for key in keys if is_working_file(key, ended)])
    for key in keys:
        if "/refused/" in key:
            _erase_from_refused(app, erasure, key)


def _erase_from_refused(app: App, erasure: Erasure, key: str) -> None:
    lines = (app.files.get(key) or b"").decode().split("\n")
    left = [_without_reason(line) if erasure.hinted_at_in(line) else line for line in lines]
    if left != lines:
        app.files.put(key, "\n".join(left).encode(), "application/jsonl")


def _without_reason(line: str) -> str:
    row, column, _ = json.loads(line)
    return json.dumps([row, column, ERASED])
