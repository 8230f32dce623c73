"""What an offer is: a benefit with conditions, limits and a time; how it is written and read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from re import fullmatch
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from chalicelib.domain.benefits import Benefit, read_benefit
from chalicelib.domain.codes import normalise_code
from chalicelib.domain.reading import Faults, Fields

CodeKind = Literal["unique", "shared", "none"]
MAX_DAYS = 3_660  # of `days_from_issue`: ten years
MAX_USES = 10**9
# A day that is named counts to its end. The last microsecond, not the next midnight: whoever prints the date of
# `expires_at` prints the last day on which the voucher can be used.
END_OF_DAY = time(23, 59, 59, 999999)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What must hold for a basket and its customer."""

    min_basket: int | None = None  # minor units over all lines, before the discount
    categories: tuple[str, ...] = ()  # the discount is for products of these only; empty: all
    segments: tuple[str, ...] = ()  # the customer is a member of one of these; empty: everyone


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often and for how much in all. None: no limit."""

    total: int | None = None  # redemptions
    per_customer: int | None = None  # redemptions of one customer
    budget: int | None = None  # minor units of discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """When the offer's vouchers can be used: between two instants, or some days from issue. Empty: always."""

    starts_at: datetime | None = None  # aware UTC; valid from this instant
    ends_at: datetime | None = None  # aware UTC; valid strictly before
    days_from_issue: int | None = None  # counts to the end of that day in the shop's time zone


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRule:
    """Whether each customer gets a code, all share one, or there is none."""

    kind: CodeKind = "unique"
    value: str | None = None  # shared: as the shop writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A benefit with conditions and limits, known by its name."""

    name: str
    benefit: Benefit
    currency: str  # ISO 4217, of every amount in the offer
    conditions: Conditions = field(default_factory=Conditions)
    limits: Limits = field(default_factory=Limits)
    validity: Validity = field(default_factory=Validity)
    code: CodeRule = field(default_factory=CodeRule)
    exclusive: bool = False  # stacking: the shop must not combine it with another offer
    stopped: bool = False  # all its codes are refused, for good

    def expires_at(self, issued_at: datetime, zone: ZoneInfo) -> datetime | None:
        """The instant before which a voucher issued now can be used, aware UTC; None: no end."""
        if self.validity.days_from_issue is None:
            return self.validity.ends_at
        last_day = issued_at.astimezone(zone).date() + timedelta(days=self.validity.days_from_issue)
        return end_of_day(last_day, zone)


def offer_from_fields(name: str, fields: Mapping[str, Any], currency: str, zone: ZoneInfo) -> Offer:
    """Read an offer as the API or the catalog writes it.

    Args:
        name: small letters, digits and dashes inside; 64 at most.
        fields: benefit, conditions, limits, validity, code, stacking; a stored offer adds `currency` and `stopped`.
        currency: the shop's, for an offer that names none.
        zone: the shop's; a day in `validity` means that local day.

    Raises:
        MalformedRequest: a value of the wrong type, or an amount that is none; names every wrong field.
        InvalidInput: all values were read, some are not allowed; names every wrong field.
    """
    faults = Faults()
    if not fullmatch("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", name):
        faults.invalid("name", f"must be a-z, 0-9 and dashes inside, 64 characters at most, got {name[:70]!r}")
    body = Fields(fields, "", faults)
    offer = Offer(
        name=name,
        benefit=read_benefit(body.inner("benefit")),
        currency=_currency(body) or currency,
        conditions=_conditions(body.inner("conditions")),
        limits=_limits(body.inner("limits")),
        validity=_validity(body.inner("validity"), zone),
        code=_code(body.inner("code")),
        exclusive=_exclusive(body.inner("stacking")),
        stopped=body.flag("stopped"),
    )
    body.done()
    faults.refuse(f"Offer {name[:70]!r}")
    return offer


def _currency(body: Fields) -> str | None:
    currency = body.text("currency")
    if currency is not None and not fullmatch("[A-Z]{3}", currency):
        body.invalid("currency", f"must be three capital letters (ISO 4217), got {currency[:10]!r}")
    return currency


def _conditions(fields: Fields) -> Conditions:
    conditions = Conditions(
        min_basket=fields.amount("min_basket"),
        categories=fields.texts("categories"),
        segments=fields.texts("segments"),
    )
    if fields.value("hours") is not None:
        fields.invalid("hours", "is not available in this version; leave it out")
    fields.done()
    return conditions


def _limits(fields: Fields) -> Limits:
    limits = Limits(
        total=fields.whole("total", 1, MAX_USES),
        per_customer=fields.whole("per_customer", 1, MAX_USES),
        budget=fields.amount("budget"),
    )
    fields.done()
    return limits


def _validity(fields: Fields, zone: ZoneInfo) -> Validity:
    starts_at = _instant(fields.moment("starts_at"), start_of_day, zone)
    ends_at = _instant(fields.moment("ends_at"), end_of_day, zone)
    days = fields.whole("days_from_issue", 0, MAX_DAYS)
    if days is not None and (starts_at or ends_at):
        fields.invalid("days_from_issue", "cannot stand beside starts_at or ends_at; keep one of the two")
    if starts_at and ends_at and ends_at <= starts_at:
        fields.invalid("ends_at", "must be later than starts_at")
    fields.done()
    return Validity(starts_at=starts_at, ends_at=ends_at, days_from_issue=days)


def _instant(
    moment: datetime | date | None, of_day: Callable[[date, ZoneInfo], datetime], zone: ZoneInfo
) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment and moment.astimezone(UTC)
    return of_day(moment, zone)


def _code(fields: Fields) -> CodeRule:
    kind = fields.text("kind") or "unique"
    value = fields.text("value", most=40)
    if kind not in ("unique", "shared", "none"):
        fields.invalid("kind", f"must be one of unique, shared, none, got {kind[:40]!r}")
    if kind == "shared" and not 4 <= len(normalise_code(value or "")) <= 40:
        fields.invalid("value", "must have 4 to 40 letters and digits (A-Z, 0-9) for a shared code")
    if kind != "shared" and value is not None:
        fields.invalid("value", "is for shared codes only; leave it out")
    fields.done()
    return CodeRule(kind=cast(CodeKind, kind), value=value)


def _exclusive(fields: Fields) -> bool:
    exclusive = fields.flag("exclusive")
    fields.done()
    return exclusive


def offer_to_fields(offer: Offer) -> dict[str, Any]:
    """The offer as the API answers and the catalog stores it: plain JSON values, only what is set."""
    conditions, limits, validity = offer.conditions, offer.limits, offer.validity
    groups: dict[str, Mapping[str, Any]] = {
        "benefit": offer.benefit.to_fields(),
        "conditions": {
            "min_basket": conditions.min_basket,
            "categories": list(conditions.categories) or None,
            "segments": list(conditions.segments) or None,
        },
        "limits": {"total": limits.total, "per_customer": limits.per_customer, "budget": limits.budget},
        "validity": {
            "starts_at": validity.starts_at and validity.starts_at.isoformat(),
            "ends_at": validity.ends_at and validity.ends_at.isoformat(),
            "days_from_issue": validity.days_from_issue,
        },
        "code": {"kind": offer.code.kind, "value": offer.code.value},
    }
    fields: dict[str, Any] = {group: _set_only(values) for group, values in groups.items()}
    return fields | {
        "stacking": {"exclusive": offer.exclusive},
        "currency": offer.currency,
        "stopped": offer.stopped,
    }


def _set_only(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, aware UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of a local day, aware UTC; of the second pass where the clock is put back over midnight."""
    return datetime.combine(day, END_OF_DAY, tzinfo=zone).replace(fold=1).astimezone(UTC)
