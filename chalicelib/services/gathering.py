"""How one walk over all customers adds them up, whoever dies or comes twice: each stretch of a part is a file, once.

A stretch is named by the customer after which it begins, and says where the next one begins. Two workers at the same
stretch may come to different ends; the first one's file stands, so no customer is counted twice or left out.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from chalicelib.domain.customers import Customer
from chalicelib.domain.scans import Scan
from chalicelib.ports import App
from chalicelib.services.refresh_part import pages
from chalicelib.services.scan_runs import end_part, is_void

STRETCHES = "measures/"


class Gatherer(Protocol):
    """What adds customers up in memory that does not grow with them."""

    def add(self, customer: Customer) -> None:
        """One more customer."""
        ...

    def to_fields(self) -> dict[str, Any]:
        """Plain JSON values."""
        ...


def gather_part(
    app: App, scan: Scan, deadline: datetime, gatherer: Callable[[], Gatherer], finish: Callable[[str], None]
) -> Scan | None:
    """Go on with one part until its end (None) or until `deadline` on the machine's clock (the rest).

    Whoever finds that all parts have ended calls `finish` with the run; that may happen more than once.
    """
    if is_void(app, scan):
        return None
    following = _stretch(app, scan, deadline, gatherer)
    if following is not None:
        return replace(scan, cursor=following)
    if end_part(app, scan):
        finish(scan.run)
    return None


def gathered(app: App, run: str) -> Iterator[dict[str, Any]]:
    """What each stretch of a run found."""
    for key in app.files.keys(f"{STRETCHES}{run}/"):
        content = app.files.get(key)
        if content is not None:
            yield json.loads(content)["found"]


def _stretch(app: App, scan: Scan, deadline: datetime, gatherer: Callable[[], Gatherer]) -> str | None:
    """The customer after whom the next stretch begins; None: there is none."""
    key = _key(scan)
    stored = app.files.get(key)
    if stored is None:
        fresh = json.dumps(_gather(app, scan, deadline, gatherer()), separators=(",", ":")).encode()
        # Of two workers the first one's file stands.
        stored = fresh if app.files.create(key, fresh, "application/json") else app.files.get(key) or fresh
    following: str | None = json.loads(stored)["next"]
    return following


def _gather(app: App, scan: Scan, deadline: datetime, gatherer: Gatherer) -> dict[str, Any]:
    for some in pages(app, scan):
        for customer in some:
            gatherer.add(customer)
        if app.clock.real() >= deadline:
            return {"found": gatherer.to_fields(), "next": some[-1].id}
    return {"found": gatherer.to_fields(), "next": None}


def _key(scan: Scan) -> str:
    # An id may hold characters, and be of a length, that no key should have.
    start = "start" if scan.cursor is None else sha256(scan.cursor.encode()).hexdigest()[:32]
    return f"{STRETCHES}{scan.run}/{scan.part}/{start}.json"
