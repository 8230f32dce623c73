"""The job `count`: count a message that is too large to be counted while somebody waits, stretch by stretch.

Each stretch of its batches is a file that is made once, so whoever dies or comes twice counts nobody twice. The last
one adds all up and keeps that in the catalog, where reports find it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.counts import Count, count_from_fields
from chalicelib.domain.dates import instant_text
from chalicelib.domain.messages import Message
from chalicelib.domain.scans import Scan, scan_to_body
from chalicelib.errors import NotMeasured, StaleRevision
from chalicelib.ports import App, Document
from chalicelib.services.count_message import AT_ONCE, count_batch, count_message
from chalicelib.services.retrying import retrying

JOB = "count"
KIND = "count"
EVERY = timedelta(minutes=10)  # between two counts of one message
_FOLDER = "measures/count/"


@dataclass(frozen=True, slots=True)
class Counted:
    """A message's count, and when the job made it; None: just now."""

    count: Count
    at: datetime | None = None


def counted(app: App, message: Message) -> Counted:
    """The count: made now, or, of a large message, by the last run of the job; that may begin the next one.

    Raises:
        NotMeasured: the message is large, and its first count is not ready yet.
    """
    found = count_message(app, message)
    if found is not None:
        return Counted(found)
    stored = app.catalog.get(KIND, message.id)
    body = stored.body if stored else {}
    if "started" not in body or app.clock.now() - datetime.fromisoformat(body["started"]) >= EVERY:
        _start(app, message.id, stored)
    if "count" not in body:
        raise NotMeasured(
            f"{message.name!r} has more than {AT_ONCE} batches, so it is counted apart from this request. That has "
            "begun; ask again in a minute."
        )
    return Counted(count_from_fields(body["count"]), datetime.fromisoformat(body["at"]))


def count_part(app: App, scan: Scan, deadline: datetime) -> Scan | None:
    """Go on until the last batch (None) or until `deadline` on the machine's clock (the rest)."""
    message_id, _, started = scan.run.partition("/")
    message = app.messages.get(message_id)
    if message is None:
        return None
    following = _stretch(app, message, scan, deadline)
    if following is not None:
        return replace(scan, cursor=following)
    _keep(app, message_id, started, _gathered(app, scan.run))
    return None


def _start(app: App, message_id: str, stored: Document | None) -> None:
    """Begin a count, unless somebody else just did. Who dies in between leaves it to whoever asks ten minutes later."""
    started = instant_text(app.clock.now())
    body = {**(stored.body if stored else {}), "started": started}
    try:
        app.catalog.put(Document(kind=KIND, name=message_id, body=body, revision=stored.revision if stored else 0))
    except StaleRevision:
        return
    app.queue.send("scan", [scan_to_body(Scan(job=JOB, run=f"{message_id}/{started}", part=0, parts=1))])


def _stretch(app: App, message: Message, scan: Scan, deadline: datetime) -> str | None:
    """The batch after which the next stretch begins; None: this was the last one."""
    key = f"{_FOLDER}{scan.run}/{scan.cursor or ''}.json"
    stored = app.files.get(key)
    if stored is None:
        content = json.dumps(_counted(app, message, scan.cursor, deadline), separators=(",", ":")).encode()
        stored = content if app.files.create(key, content, "application/json") else app.files.get(key) or content
    following: str | None = json.loads(stored)["next"]
    return following


def _counted(app: App, message: Message, after: str | None, deadline: datetime) -> dict[str, Any]:
    total, shop = Count(), app.catalog.shop()
    for batch in app.batches.of(message.id, after=after):
        count_batch(app, message, batch, shop, total)
        if app.clock.real() >= deadline:
            return {"found": total.to_fields(), "next": batch.id}
    return {"found": total.to_fields(), "next": None}


def _gathered(app: App, run: str) -> Count:
    """All stretches together, along their chain: a stretch that nobody leads to is not counted."""
    total, cursor = Count(), ""
    while True:
        content = app.files.get(f"{_FOLDER}{run}/{cursor}.json")
        if content is None:
            raise NotMeasured(f"A stretch of the count {run!r} is missing; the next count begins anew.")
        part = json.loads(content)
        total.merge(count_from_fields(part["found"]))
        if part["next"] is None:
            return total
        cursor = part["next"]


def _keep(app: App, message_id: str, started: str, count: Count) -> None:
    """Keep the count, unless that of a later run stands there."""

    def once() -> None:
        stored = app.catalog.get(KIND, message_id)
        body: Mapping[str, Any] = stored.body if stored else {}
        if datetime.fromisoformat(body.get("at", started)) > datetime.fromisoformat(started):
            return
        fresh = {"started": started, **body, "at": started, "count": count.to_fields()}
        if fresh != body:
            revision = stored.revision if stored else 0
            app.catalog.put(Document(kind=KIND, name=message_id, body=fresh, revision=revision))

    retrying(once)
