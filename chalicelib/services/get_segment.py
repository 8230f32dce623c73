"""Use case: read one segment."""

from chalicelib.domain.segments import Segment
from chalicelib.errors import NotFound
from chalicelib.ports import App


def get_segment(app: App, name: str) -> Segment:
    """The segment's rule, as it was given. Raises: NotFound."""
    document = app.catalog.get("segment", name)
    if document is None:
        raise NotFound("segment", name)
    return Segment(name=name, rule=document.body["rule"])
