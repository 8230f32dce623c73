"""How one walk over all customers adds them up, whoever dies or comes twice: each stretch of a part is a file, once.

A stretch is named by the customer after whom it begins, and says after whom the next one begins; both by a keyed hash,
so that no file names a person. Two workers at the same stretch may come to different ends; the first one's file stands,
so no customer is counted twice or left out.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.customers import Customer
from chalicelib.domain.scans import Scan
from chalicelib.ports import App
from chalicelib.services.refresh_part import pages
from chalicelib.services.scan_runs import end_part, is_void


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
    at_end, following = _stretch(app, scan, deadline, gatherer)
    if not at_end:
        # Erased between two stretches, by chance: nobody can go on from there. The next run comes soon.
        return replace(scan, cursor=following) if following is not None else None
    if end_part(app, scan):
        finish(scan.run)
    return None


def gathered(app: App, run: str) -> Iterator[dict[str, Any]]:
    """What each stretch of a run found."""
    for key in app.files.keys(f"measures/{run}/"):
        content = app.files.get(key)
        if content is not None:
            yield json.loads(content)["found"]


def _stretch(app: App, scan: Scan, deadline: datetime, gatherer: Callable[[], Gatherer]) -> tuple[bool, str | None]:
    """Whether the part has come to its end; else the customer after whom its next stretch begins, None: not found."""
    key = f"measures/{scan.run}/{scan.part}/{_place(app, scan.run, scan.cursor)}.json"
    stored, last = app.files.get(key), None
    if stored is None:
        found, last = _gather(app, scan, deadline, gatherer())
        following = None if last is None else _place(app, scan.run, last)
        content = json.dumps({"found": found, "next": following}, separators=(",", ":")).encode()
        # Of two workers the first one's file stands.
        stored = content if app.files.create(key, content, "application/json") else app.files.get(key) or content
    named: str | None = json.loads(stored)["next"]
    if named is None:
        return True, None
    return False, last if last is not None and _place(app, scan.run, last) == named else _find(app, scan, named)


def _gather(app: App, scan: Scan, deadline: datetime, gatherer: Gatherer) -> tuple[dict[str, Any], str | None]:
    """What was found, and the last customer that was counted; None: the part is at its end."""
    for some in pages(app, scan):
        for customer in some:
            gatherer.add(customer)
        if app.clock.real() >= deadline:
            return gatherer.to_fields(), some[-1].id
    return gatherer.to_fields(), None


def _find(app: App, scan: Scan, named: str) -> str | None:
    """The customer of that place, after whoever counted the stretch died; None where they were erased since."""
    ids = (customer.id for some in pages(app, scan) for customer in some)
    return next((id_ for id_ in ids if _place(app, scan.run, id_) == named), None)


def _place(app: App, run: str, customer_id: str | None) -> str:
    return "start" if customer_id is None else app.keyed.place(run, customer_id)
