"""How many members each segment had on each day, as the measuring runs counted them."""

from datetime import date
from typing import Any

from chalicelib.errors import NotFound
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying

KIND = "sizes"
KEPT = 400  # days


def keep_size(app: App, name: str, day: date, count: int) -> None:
    """Note the size on one day; a later count of the same day takes its place. The oldest days go."""

    def once() -> None:
        stored = app.catalog.get(KIND, name)
        days = {**(stored.body["days"] if stored else {}), day.isoformat(): count}
        body = {"days": dict(sorted(days.items())[-KEPT:])}
        if stored is None or stored.body != body:
            app.catalog.put(Document(kind=KIND, name=name, body=body, revision=stored.revision if stored else 0))

    retrying(once)


def segment_sizes(app: App, name: str) -> list[dict[str, Any]]:
    """[{"day", "count"}], the oldest first; empty before the first measuring. Raises: NotFound."""
    if app.catalog.get("segment", name) is None:
        raise NotFound("segment", name)
    stored = app.catalog.get(KIND, name)
    days = stored.body["days"] if stored else {}
    return [{"day": day, "count": count} for day, count in sorted(days.items())]
