"""Knows the account's suppression list and its four operations."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime

from chalicelib.local.ses.addresses import plain
from chalicelib.local.ses.errors import INVALID_NEXT_TOKEN, SesError, bad_request, not_found

Answer = dict[str, object]
Query = Mapping[str, list[str]]
REASONS = ("BOUNCE", "COMPLAINT")
PAGE = 1000


class SuppressionList:
    """Addresses that SES takes mail for but does not send to, each with a reason and a time. Thread-safe.

    Source: https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[str, str, float]] = {}  # folded: (as given, reason, seconds)

    def add(self, address: str, reason: str, at: datetime) -> None:
        """List `address`, or renew its reason and time."""
        with self._lock:
            self._entries[address.lower()] = (address, reason, at.timestamp())

    def reason(self, address: str) -> str | None:
        """BOUNCE or COMPLAINT when the address is listed (case does not matter), else None."""
        found = self._entries.get(address.lower())
        return found[1] if found else None

    def clear(self) -> None:
        """Empty the list."""
        with self._lock:
            self._entries.clear()

    def put(self, request: Mapping[str, object], at: datetime) -> Answer:
        """PutSuppressedDestination."""
        address, reason = plain(request.get("EmailAddress")), request.get("Reason")
        if reason not in REASONS:
            raise bad_request(f"Reason must be BOUNCE or COMPLAINT, got {reason!r}.")
        self.add(address, str(reason), at)
        return {}

    def get(self, address: str) -> Answer:
        """GetSuppressedDestination."""
        return {"SuppressedDestination": _entry(*self._found(address))}

    def delete(self, address: str) -> Answer:
        """DeleteSuppressedDestination."""
        self._found(address)
        with self._lock:
            self._entries.pop(address.lower(), None)
        return {}

    def list(self, query: Query) -> Answer:
        """ListSuppressedDestinations: by reason and time, paged, in the order of the addresses."""
        reasons = query.get("Reason") or list(REASONS)
        low, high = _seconds(query, "StartDate", float("-inf")), _seconds(query, "EndDate", float("inf"))
        with self._lock:
            entries = sorted(self._entries.values())
        wanted = [entry for entry in entries if entry[1] in reasons and low <= entry[2] <= high]
        start, size = _number(query, "NextToken", 0), _number(query, "PageSize", PAGE)
        answer: Answer = {"SuppressedDestinationSummaries": [_entry(*entry) for entry in wanted[start : start + size]]}
        return answer | ({"NextToken": str(start + size)} if start + size < len(wanted) else {})

    def _found(self, address: str) -> tuple[str, str, float]:
        found = self._entries.get(address.lower())
        if found is None:
            raise not_found(f"Email address {address} does not exist on your suppression list.")
        return found


def _entry(address: str, reason: str, seconds: float) -> Answer:
    return {"EmailAddress": address, "Reason": reason, "LastUpdateTime": seconds}


def _seconds(query: Query, name: str, otherwise: float) -> float:
    if name not in query:
        return otherwise
    try:
        at = datetime.fromisoformat(query[name][0])
    except ValueError:
        raise bad_request(f"{name} is no date: {query[name][0]!r}.") from None
    return at.replace(tzinfo=at.tzinfo or UTC).timestamp()


def _number(query: Query, name: str, otherwise: int) -> int:
    text = query.get(name, [str(otherwise)])[0]
    if text.isdecimal():
        return int(text)
    raise SesError(INVALID_NEXT_TOKEN if name == "NextToken" else "BadRequestException", f"Invalid {name}.")
