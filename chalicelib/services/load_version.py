"""Use case: the compiled version that a launch pinned, read once per process: a version never changes."""

from json import loads

from chalicelib.domain.templates import CompiledTemplate, template_from_fields
from chalicelib.errors import NotFound
from chalicelib.ports import App

_KEPT = 64  # versions held in memory
_loaded: dict[str, CompiledTemplate] = {}


def load_version(app: App, version: str) -> CompiledTemplate:
    """The version of this content hash.

    Raises:
        NotFound: no such version is stored.
    """
    if version not in _loaded:
        content = app.files.get(version_key(version))
        if content is None:
            raise NotFound("template version", version)
        if len(_loaded) >= _KEPT:
            _loaded.pop(next(iter(_loaded)))
        _loaded[version] = template_from_fields(loads(content))
    return _loaded[version]


def version_key(version: str) -> str:
    """Where a version stands in the bucket."""
    return f"templates/{version}.json"
