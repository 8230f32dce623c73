"""Which campaigns the tick looks after: those that were launched and have not ended. The catalog has a note of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.errors import StaleRevision
from chalicelib.ports import App, Document

_KIND = "live-campaign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The note of one."""

    name: str
    since: datetime  # when its launch began
    look_at: datetime  # nothing is to be done before
    busy: Mapping[str, datetime] = field(default_factory=dict)  # message id -> since when each look found it busy
    revision: int


def note_live(app: App, name: str) -> None:
    """Look after it from now on. Written before the launch, so that no launch is ever without it."""
    now = app.clock.now().isoformat()
    stored = app.catalog.get(_KIND, name)
    body = {"since": now, **(stored.body if stored else {}), "look_at": now}
    revision = stored.revision if stored else 0
    try:
        app.catalog.put(Document(kind=_KIND, name=name, body=body, revision=revision))
    except StaleRevision:
        return  # a rival that launches the same has just written it


def live_campaigns(app: App) -> list[Live]:
    """All, those first that were to be looked at longest ago."""
    found = [
        Live(
            name=document.name,
            since=datetime.fromisoformat(document.body["since"]),
            look_at=datetime.fromisoformat(document.body["look_at"]),
            busy={id_: datetime.fromisoformat(at) for id_, at in document.body.get("busy", {}).items()},
            revision=document.revision,
        )
        for document in app.catalog.list(_KIND)
    ]
    return sorted(found, key=lambda one: (one.look_at, one.name))


def look_again(app: App, note: Live, at: datetime, busy: Mapping[str, datetime]) -> None:
    """Nothing is to be done before `at`. A rival's note, or somebody who wants it looked at sooner, stands."""
    since = {id_: first.isoformat() for id_, first in busy.items()}
    body = {"since": note.since.isoformat(), "look_at": at.isoformat(), "busy": since}
    try:
        app.catalog.put(Document(kind=_KIND, name=note.name, body=body, revision=note.revision))
    except StaleRevision:
        return


def note_ended(app: App, name: str) -> None:
    """It has ended."""
    app.catalog.delete(_KIND, name)
