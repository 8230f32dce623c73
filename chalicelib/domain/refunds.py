"""What was refunded of an order: all of it, units of some lines, or money for goods that the customer keeps."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from chalicelib.domain.reading import Faults, Fields
from chalicelib.domain.texts import one_line

MAX_ID = 200  # characters of a refund's id, a sku
MAX_UNITS = 10**6
MAX_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One refund of one order. Neither `units` nor `amount`: the whole order."""

    refund_id: str  # the same one again is the same refund
    at: datetime  # aware UTC
    units: Mapping[str, int] = field(default_factory=dict)  # sku -> units that came back
    amount: int | None = None  # minor units of the order's currency; the goods stay with the customer

    @property
    def whole(self) -> bool:
        """Whether nothing of the order is left."""
        return not self.units and self.amount is None

    def says_as(self, other: "Refund") -> bool:
        """Whether both refund the same; the time is only when somebody told."""
        return (dict(self.units), self.amount) == (dict(other.units), other.amount)


def refund_from_fields(value: Any, at: datetime) -> Refund:
    """Read what the API says of a refund; `at` is when it was told.

    A refund that names no `refund_id` gets one made of what it refunds: told twice it is one refund.

    Raises:
        MalformedRequest: a wrong type. InvalidInput: a value that is not allowed, or both lines and an amount.
    """
    faults = Faults()
    fields = Fields(value, "", faults)
    nothing: dict[str, int] = {}
    units = fields.parsed("lines", lambda lines: _units(lines, faults), nothing)
    amount = fields.amount("amount")
    if units and amount is not None:
        fields.invalid("amount", "cannot stand beside lines: goods that came back, or money for goods that stay")
    refund_id = fields.parsed("refund_id", lambda given: one_line(given, MAX_ID), "") or _made_id(units, amount)
    fields.done()
    faults.refuse("The refund")
    return Refund(refund_id=refund_id, at=at, units=units, amount=amount)


def _made_id(units: Mapping[str, int], amount: int | None) -> str:
    return f"made-{sha256(repr((sorted(units.items()), amount)).encode()).hexdigest()[:16]}"


def _units(value: Any, faults: Faults) -> dict[str, int]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LINES:
        raise TypeError(f"must be a list of 1 to {MAX_LINES} lines, each with sku and quantity")
    units: Counter[str] = Counter()
    for place, line in enumerate(value):
        fields = Fields(line, f"lines[{place}]", faults)
        fields.needed("sku", "quantity")
        units[fields.parsed("sku", lambda sku: one_line(sku, MAX_ID), "")] += (
            fields.whole("quantity", 1, MAX_UNITS) or 0
        )
        fields.done()
    return dict(units)
