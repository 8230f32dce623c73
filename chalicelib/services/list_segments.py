"""Use case: all segments."""

from chalicelib.domain.segments import Segment
from chalicelib.ports import App


def list_segments(app: App) -> list[Segment]:
    """All segments, by name."""
    return [Segment(name=document.name, rule=document.body["rule"]) for document in app.catalog.list("segment")]
