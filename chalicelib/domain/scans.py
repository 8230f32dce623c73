"""What work over all customers is cut into: one part of a segmented scan, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One part of one run of a job, from `cursor` on. Whoever works at it hands over the rest as the next Scan."""

    job: str  # what to do with each customer, by name
    run: str  # one walk over all customers; a later run of the same job makes this one void
    part: int  # 0 to parts - 1
    parts: int
    cursor: str | None = None  # the id of the last customer that was done; None: begin


def scan_to_body(scan: Scan) -> dict[str, Any]:
    """The message that carries it."""
    fields = {name: getattr(scan, name) for name in ("job", "run", "part", "parts", "cursor")}
    return {"v": VERSION, **fields}


def scan_from_body(body: Mapping[str, Any]) -> Scan:
    """Read a message. Raises KeyError where something is missing."""
    return Scan(job=body["job"], run=body["run"], part=body["part"], parts=body["parts"], cursor=body["cursor"])
