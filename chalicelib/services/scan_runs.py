"""Which walk over all customers is under way for each job: it is begun once for each occasion, and its end is noticed.

One document of the catalog for each job: {about, run, parts, done, sent}. `about` names the occasion; a run about
something else takes the place of the one before, whose messages find themselves void.
"""

from dataclasses import replace
from typing import Any

from chalicelib.domain.scans import Scan, scan_to_body
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying

KIND = "scan"
# Each part is one message, worked off by one function at a time. A million customers are read in a minute by four.
PARTS = 4


def begin_run(app: App, job: str, about: str) -> bool:
    """Start a walk over all customers unless the last one was for the same occasion; whether one was started.

    The document is written first, so that no part ends before its run is known. Whoever dies before all messages are
    out leaves `sent` false: the next call sends them all again, and doing a part twice changes nothing.
    """
    stored = app.catalog.get(KIND, job)
    if stored is not None and stored.body["about"] == about and stored.body["sent"]:
        return False
    if stored is None or stored.body["about"] != about:
        run = app.ids.new()
        body = {"about": about, "run": run, "parts": PARTS, "done": [], "sent": False}
        revision = stored.revision if stored else 0
        stored = app.catalog.put(Document(kind=KIND, name=job, body=body, revision=revision))
    run, parts = stored.body["run"], stored.body["parts"]
    scans = [Scan(job=job, run=run, part=part, parts=parts) for part in range(parts)]
    app.queue.send("scan", [scan_to_body(scan) for scan in scans])
    _change(app, job, run, lambda body: {**body, "sent": True})
    return True


def is_void(app: App, scan: Scan) -> bool:
    """Whether another run has taken the place of the one that this part belongs to."""
    stored = app.catalog.get(KIND, scan.job)
    return stored is None or bool(stored.body["run"] != scan.run)


def end_part(app: App, scan: Scan) -> bool:
    """Note that one part has reached its end; whether all parts now have.

    A repeat answers the same, so what is to be done at the end is done also by whoever comes after one that died.
    """
    body = _change(app, scan.job, scan.run, lambda body: {**body, "done": sorted({*body["done"], scan.part})})
    return body is not None and bool(len(body["done"]) == body["parts"])


def ended(app: App, job: str, about: str) -> bool:
    """Whether a walk for that occasion has reached the end in every part, and was the last one begun."""
    stored = app.catalog.get(KIND, job)
    if stored is None or stored.body["about"] != about:
        return False
    return bool(len(stored.body["done"]) == stored.body["parts"])


def _change(app: App, job: str, run: str, change: Any) -> dict[str, Any] | None:
    """Write the changed body if this run is the last one begun; the body as it stands, None where it is another's."""

    def once() -> dict[str, Any] | None:
        stored = app.catalog.get(KIND, job)
        if stored is None or stored.body["run"] != run:
            return None
        body: dict[str, Any] = change(dict(stored.body))
        if body != stored.body:
            app.catalog.put(replace(stored, body=body))
        return body

    return retrying(once)
