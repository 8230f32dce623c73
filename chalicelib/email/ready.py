"""Which versions were compiled when the service was packaged: a fresh stack then needs no compiler for what ships.

Each lies under the hash of everything that it was made from, so that another source, partial or name finds nothing; the
code that made it is the code beside it in the same zip.
"""

from collections.abc import Mapping
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from typing import Any

from chalicelib.domain.templates import CompiledTemplate, template_from_fields, template_to_fields
from chalicelib.email.library import PACKAGED, Library


def ready_version(job: Mapping[str, Any], folder: Path = PACKAGED) -> CompiledTemplate | None:
    """What this job gives, where the package holds it."""
    path = _path(job, folder)
    return template_from_fields(loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def write_ready(folder: Path) -> int:
    """Compile every template of a folder into it; how many there were. Only `make package` does this.

    Args:
        folder: the `templates` of an unpacked zip.
    """
    from chalicelib.email.compilation import Job, compile_source  # noqa: PLC0415 - brings the MJML compiler

    library = Library(folder)
    for (name, locale), source in library.sources().items():
        job = job_of(name, locale, source, None, mjml=True, partials=library.partials)
        path = _path(job, folder)
        path.parent.mkdir(exist_ok=True)
        path.write_text(dumps(template_to_fields(compile_source(Job(**job))), sort_keys=True), encoding="utf-8")
    return len(library.sources())


def job_of(
    name: str, locale: str, source: str, subject: str | None, *, mjml: bool, partials: Mapping[str, str]
) -> dict[str, Any]:
    """Everything that decides what a compilation gives, as JSON values."""
    words = {"name": name, "locale": locale, "source": source, "subject": subject}
    return {**words, "mjml": mjml, "partials": dict(partials)}


def _path(job: Mapping[str, Any], folder: Path) -> Path:
    return folder / "email" / "compiled" / f"{sha256(dumps(job, sort_keys=True).encode()).hexdigest()}.json"
