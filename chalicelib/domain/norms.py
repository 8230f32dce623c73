"""What the classes of customers are relative to: the shop's own distribution, as the last measuring run found it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.abcxyz import abc, monthly_variation, xyz
from chalicelib.domain.customers import Classes, Customer
from chalicelib.domain.months import month_of
from chalicelib.domain.opportunity import opportunity
from chalicelib.domain.rfm import Quintiles, quintiles, rfm
from chalicelib.domain.spread import Spread, share_limits
from chalicelib.domain.thresholds import Thresholds, thresholds_from_fields, thresholds_to_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Norms:
    """One measuring run's result. Classes follow from it and the customer alone, never from the clock."""

    at: datetime  # when the run began, aware UTC
    month: int  # the last complete month then, in the shop's zone
    customers: int
    buyers: int
    categories: int  # that anybody bought from
    cuts: Quintiles = field(default_factory=Quintiles)
    limits: Sequence[int] = ()  # coarse minor units: the least of class A, of class B
    thresholds: Thresholds = field(default_factory=Thresholds)


def norms_of(spread: Spread, at: datetime, zone: ZoneInfo, thresholds: Thresholds) -> Norms:
    """The norms that a distribution gives."""
    return Norms(
        at=at,
        month=month_of(at, zone) - 1,
        customers=spread.customers,
        buyers=spread.buyers,
        categories=len(spread.categories),
        cuts=quintiles(spread),
        limits=share_limits(spread.spent, (thresholds.a, thresholds.b)),
        thresholds=thresholds,
    )


def classes(customer: Customer, norms: Norms) -> Classes:
    """The classes of one customer; each None where there is not enough data."""
    stats, lines = customer.stats, norms.thresholds
    rated = opportunity(customer, norms.categories, norms.at)
    return Classes(
        rfm=rfm(stats, norms.cuts),
        abc=abc(stats, norms.limits),
        xyz=xyz(monthly_variation(stats.months, norms.month), lines.x, lines.y),
        opportunity=rated.level if rated else None,
    )


def norms_to_fields(norms: Norms) -> dict[str, Any]:
    """Plain JSON values."""
    return {
        "at": norms.at.isoformat(),
        "month": norms.month,
        "customers": norms.customers,
        "buyers": norms.buyers,
        "categories": norms.categories,
        "days": list(norms.cuts.days),
        "orders": list(norms.cuts.orders),
        "money": list(norms.cuts.money),
        "limits": list(norms.limits),
        "thresholds": thresholds_to_fields(norms.thresholds),
    }


def norms_from_fields(fields: Mapping[str, Any]) -> Norms:
    """Read what `norms_to_fields` wrote."""
    return Norms(
        at=datetime.fromisoformat(fields["at"]),
        month=fields["month"],
        customers=fields["customers"],
        buyers=fields["buyers"],
        categories=fields["categories"],
        cuts=Quintiles(days=tuple(fields["days"]), orders=tuple(fields["orders"]), money=tuple(fields["money"])),
        limits=tuple(fields["limits"]),
        thresholds=thresholds_from_fields(fields["thresholds"]),
    )
