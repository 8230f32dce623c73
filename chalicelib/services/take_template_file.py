"""Use case: a template that was dropped into the bucket becomes a draft, and a report beside the file says how."""

import json
from typing import Any

from chalicelib.domain.template_files import (
    decode_source,
    dropped_name,
    report_keys,
    report_text,
    shown_name,
    template_file,
)
from chalicelib.domain.template_versions import Author
from chalicelib.errors import HabitueError, InvalidInput, TemplateInvalid, TooLarge
from chalicelib.ports import App
from chalicelib.services.put_template import put_template

MAX_FILE = 1 << 20  # bytes that are read at all, one chunk; the compiler's own limit is lower, and says so
_DROPPER = Author(via="bucket")


def take_template_file(app: App, key: str) -> dict[str, Any] | None:
    """Compile the file and write the report; None where there is nothing to do: a report of ours, a file that is gone.

    A file never becomes active by being dropped. Delivered twice, or again after a death, the end is the same: the file
    is read as it is now, a version is named by its content, the report is written anew.

    Args:
        app: the ports.
        key: of the file. Any text: it may hold what no name of ours does.
    """
    name = dropped_name(key)
    if name is None:
        return None
    size = app.files.size(key)
    if size is None:
        return None
    try:
        report = _taken(app, key, name, size)
    except (InvalidInput, TooLarge) as error:  # anything else is no fault of the file: it comes again
        report = _refused(name, error)
    for place, content, kind in zip(
        report_keys(key),
        (json.dumps(report, ensure_ascii=False, indent=2), report_text(report)),
        ("application/json", "text/plain; charset=utf-8"),
        strict=True,
    ):
        app.files.put(place, content.encode(), kind)
    return report


def _taken(app: App, key: str, file_name: str, size: int) -> dict[str, Any]:
    file = template_file(file_name)
    if size > MAX_FILE:
        raise InvalidInput(f"the file has {size:,} bytes, over the limit of {MAX_FILE:,}")
    # A larger one may have come in its place since: only its first chunk is read, and its own event follows.
    source = decode_source(next(app.files.stream(key), b""))
    locale = file.locale or app.catalog.shop().locale
    answer = put_template(app, file.name, locale, None, source, file.mjml, author=_DROPPER)
    return {"file": file_name, "status": "stored", **answer}


def _refused(file_name: str, error: HabitueError) -> dict[str, Any]:
    found = [{"where": detail.where, "message": detail.message} for detail in error.details]
    errors = found if isinstance(error, TemplateInvalid) and found else [{"where": "", "message": error.message}]
    return {"file": shown_name(file_name), "status": "refused", "errors": errors, "warnings": []}
