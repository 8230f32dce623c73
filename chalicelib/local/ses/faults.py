"""Knows the faults that a test can order: their names, when they strike, and how often."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from chalicelib.local.ses.errors import DOCUMENTED, bad_request

# The whole request, before anything was accepted: the eight documented errors and these.
BEFORE = {"http_500", "http_503", "connection_reset"}
# The whole request, after SES accepted it.
AFTER = {"http_500_after_acceptance", "http_503_after_acceptance", "answer_lost", "slow_answer"}
# One entry of a bulk call: every BulkEmailStatus but SUCCESS is answered for it and nothing is sent, or its result is
# left out of the answer although it was sent.
# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_BulkEmailEntryResult.html
STATUSES = {
    "MESSAGE_REJECTED",
    "MAIL_FROM_DOMAIN_NOT_VERIFIED",
    "CONFIGURATION_SET_NOT_FOUND",
    "TEMPLATE_NOT_FOUND",
    "ACCOUNT_SUSPENDED",
    "ACCOUNT_THROTTLED",
    "ACCOUNT_DAILY_QUOTA_EXCEEDED",
    "INVALID_SENDING_POOL_NAME",
    "ACCOUNT_SENDING_PAUSED",
    "CONFIGURATION_SET_SENDING_PAUSED",
    "INVALID_PARAMETER",
    "TRANSIENT_FAILURE",
    "FAILED",
}
ENTRY = STATUSES | {"missing_result"}
# One recipient, after acceptance: what becomes of the mail.
OUTCOME = {
    "hard_bounce",
    "soft_bounce",
    "mailbox_full",
    "message_too_large",
    "complaint",
    "reject",
    "delivery_delay",
    "rendering_failure",
    "no_events",
    "double_events",
}
CALL = BEFORE | AFTER | set(DOCUMENTED)
SENDS = ("SendEmail", "SendBulkEmail")


@dataclass(slots=True, kw_only=True)
class Fault:
    """One order: strike `times` times (None: always) from the `nth` request, entry or recipient that matches."""

    name: str
    to: str = "*"  # an address or a pattern with `*`, lower case
    operation: str = ""  # "": any sending operation
    nth: int = 1
    times: int | None = 1
    seconds: float = 0.0  # how long the answer takes; only with a fault of the whole request
    message: str = ""
    seen: int = 0
    struck: int = 0

    def strikes(self, operation: str, addresses: Iterable[str]) -> bool:
        """Count a request and say whether it is struck."""
        wanted = operation == self.operation if self.operation else operation in SENDS
        if not wanted or (self.times is not None and self.struck >= self.times):
            return False
        if self.to != "*" and not any(fnmatchcase(address.lower(), self.to) for address in addresses):
            return False
        self.seen += 1
        if self.seen < self.nth:
            return False
        self.struck += 1
        return True


class Faults:
    """The faults in force, oldest first. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Fault] = []

    def order(self, orders: object) -> None:
        """Add faults given as JSON: `[{"match": {"to"?, "nth"?, "operation"?}, "fault", "times"?, "seconds"?}]`.

        Raises:
            SesError: `BadRequestException` naming the first order that is not understood; then none is added.
        """
        if not isinstance(orders, list):
            raise bad_request("Faults are a JSON list of {match, fault, times}.")
        read = [_read(order) for order in orders]
        with self._lock:
            self._orders.extend(read)

    def clear(self) -> None:
        """Drop all orders."""
        with self._lock:
            self._orders.clear()

    def strike(self, names: set[str], operation: str, addresses: list[str]) -> Fault | None:
        """The first fault among `names` that strikes this request, entry or recipient."""
        if not self._orders:
            return None
        with self._lock:
            for fault in self._orders:
                if fault.name in names and fault.strikes(operation, addresses):
                    return fault
        return None

    def left(self) -> int:
        """How many orders have not struck as often as they should."""
        with self._lock:
            return sum(1 for fault in self._orders if fault.times is None or fault.struck < fault.times)


def _read(order: object) -> Fault:
    if not isinstance(order, Mapping) or order.get("fault") not in CALL | ENTRY | OUTCOME:
        raise bad_request(f"Unknown fault in {order!r}. Known: {', '.join(sorted(CALL | ENTRY | OUTCOME))}.")
    match = order.get("match") or {}
    unknown = set(match) - {"to", "nth", "operation"} | set(order) - {"match", "fault", "times", "seconds", "message"}
    if unknown:
        raise bad_request(f"Unknown field {sorted(unknown)[0]!r} in the fault {order!r}.")
    times = order.get("times", 1)
    return Fault(
        name=str(order["fault"]),
        to=str(match.get("to", "*")).lower(),
        operation=str(match.get("operation", "")),
        nth=int(match.get("nth", 1)),
        times=None if times is None else int(times),
        seconds=float(order.get("seconds", 30.0 if order["fault"] == "slow_answer" else 0.0)),
        message=str(order.get("message", "")),
    )
