"""Use case: what an author wrote, kept beside the compiled version and never changed: for editing, diffs and proof."""

from dataclasses import asdict, dataclass
from hashlib import sha256
from json import dumps, loads

from chalicelib.ports import App


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One upload as it came."""

    source: str
    subject: str | None  # where it came beside the source
    mjml: bool  # False: HTML


def keep_source(app: App, source: str, subject: str | None, *, mjml: bool) -> str:
    """Store it under its hash; the hash."""
    content = dumps(asdict(Source(source=source, subject=subject, mjml=mjml)), ensure_ascii=False).encode()
    name = sha256(content).hexdigest()[:32]
    app.files.create(_key(name), content, "application/json")
    return name


def load_source(app: App, name: str) -> Source | None:
    """What is kept under this hash; None: nothing is."""
    content = app.files.get(_key(name))
    return None if content is None else Source(**loads(content))


def _key(name: str) -> str:
    return f"templates/sources/{name}.json"
