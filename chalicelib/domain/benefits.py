"""What an offer gives: its kinds, how each is written, and what each takes off."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from chalicelib.domain.reading import Fields

BenefitKind = Literal["percent", "amount", "free_delivery", "gift"]
# Kinds of the public interface that this version cannot compute yet: refused, not guessed.
LATER_KINDS = ("fixed_price", "service", "partner", "points", "buy_x_get_y", "tiered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """What the customer gets. Which fields count depends on the kind."""

    kind: BenefitKind
    percent: int | None = None  # percent: whole percent, 1..100
    ceiling: int | None = None  # percent: minor units at most; None: no ceiling
    amount: int | None = None  # amount: minor units
    sku: str | None = None  # gift: the product that is given
    name: str | None = None  # gift: how people call it

    def taken_off(self, total: int) -> int:
        """Minor units to take off goods worth `total`; never more than they cost. Half a unit rounds down.

        A free delivery and a gift take nothing off the goods: the till gives them beside.
        """
        if self.kind == "percent":
            amount = (total * (self.percent or 0) + 49) // 100
            return min(amount, total if self.ceiling is None else self.ceiling)
        return min(self.amount or 0, total)

    def to_fields(self) -> dict[str, Any]:
        """The benefit as the API writes it: the fields of its kind."""
        names = ("kind", "percent", "ceiling", "amount", "sku", "name")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def read_benefit(fields: Fields) -> Benefit:
    """Read `benefit`, noting every fault; what comes back is used only if there was none."""
    kind = fields.text("kind")
    read = _READERS.get(kind or "")
    if read is None:
        if fields.readable and (kind is not None or fields.value("kind") is None):
            fields.invalid("kind", _why_not(kind))
        return Benefit(kind="amount")
    benefit = read(fields)
    fields.done()
    return benefit


def _why_not(kind: str | None) -> str:
    known = ", ".join(get_args(BenefitKind))
    if kind is None:
        return f"is missing; use one of {known}"
    if kind in LATER_KINDS:
        return f"{kind!r} is not available in this version; use one of {known}"
    return f"must be one of {known}, got {kind!r}"


def _percent(fields: Fields) -> Benefit:
    percent = fields.whole("percent", 1, 100)
    if fields.value("percent") is None:
        fields.invalid("percent", "is missing: whole percent, 1 to 100")
    return Benefit(kind="percent", percent=percent, ceiling=fields.amount("ceiling"))


def _amount(fields: Fields) -> Benefit:
    amount = fields.amount("amount")
    if fields.value("amount") is None:
        fields.invalid("amount", "is missing: minor units, 1 or more")
    return Benefit(kind="amount", amount=amount)


def _free_delivery(fields: Fields) -> Benefit:
    return Benefit(kind="free_delivery")


def _gift(fields: Fields) -> Benefit:
    gift = Benefit(kind="gift", sku=fields.text("sku"), name=fields.text("name"))
    if gift.sku is None and gift.name is None:
        fields.invalid("sku", "is missing: the sku of the gift, or its `name`")
    return gift


_READERS: dict[str, Callable[[Fields], Benefit]] = {
    "percent": _percent,
    "amount": _amount,
    "free_delivery": _free_delivery,
    "gift": _gift,
}
