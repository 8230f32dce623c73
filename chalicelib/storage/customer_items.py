"""How a customer lies in an item: days and times as text, what is at its default left out, sparse index keys."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.domain.customers import Classes, Customer, Statistics
from chalicelib.domain.dates import month_day
from chalicelib.domain.months import Months
from chalicelib.domain.moves import Move
from chalicelib.storage import keys

_SAME = (
    *("id", "email", "mailbox", "first_name", "last_name", "locale", "time_zone", "country", "region", "home_store"),
    *("consent_status", "tier"),
)
_CLASSES = ("rfm", "abc", "xyz", "opportunity")


def customer_to_item(customer: Customer) -> dict[str, Any]:
    """Plain values, without `rev`. Every attribute is named, with None where it has no value."""
    return {
        **{name: getattr(customer, name) for name in _SAME},
        **_day("birthday", "birthday_shard", customer.birthday, customer.id),
        **_day("joined_on", "joining_shard", customer.joined_on, customer.id),
        "as_of": customer.as_of.isoformat() if customer.as_of else None,
        "interests": list(customer.interests) or None,
        "attributes": dict(customer.attributes) or None,
        "tracking": customer.tracking,
        "stats": _stats_to_item(customer.stats) or None,
        **{name: getattr(customer.classes, name) for name in _CLASSES},
        "stage": customer.stage,
        "points": customer.points,
        "segments": list(customer.segments) or None,
        "moves": [_move_text(move) for move in customer.moves] or None,
        **_flip(customer),
    }


def _move_text(move: Move) -> str:
    """`1795435200+regulars`: entered; with a `-`: left."""
    return f"{int(move.at.timestamp())}{'+' if move.entered else '-'}{move.segment}"


def _read_move(text: str) -> Move:
    second, entered, segment = text.partition("+")
    if not entered:  # a name may hold dashes, but no plus
        second, _, segment = text.partition("-")
    return Move(at=datetime.fromtimestamp(int(second), UTC), segment=segment, entered=bool(entered))


def _flip(customer: Customer) -> dict[str, str | None]:
    if customer.next_flip_at is None:
        return {"flip_shard": None, "flip_at": None}
    return {
        "flip_shard": keys.flip_shard(keys.flip_part(customer.id)),
        "flip_at": keys.instant(customer.next_flip_at),
    }


def _day(name: str, shard: str, day: date | None, customer_id: str) -> dict[str, str | None]:
    if day is None:
        return {name: None, shard: None}
    return {name: day.isoformat(), shard: keys.date_shard(month_day(day), customer_id)}


def _stats_to_item(stats: Statistics) -> dict[str, Any]:
    values = {
        "orders": stats.orders,
        "spent": stats.spent,
        "others": stats.orders - stats.receipts,
        "costed": stats.costed,
        "cost": stats.cost,
        "first_at": stats.first_order_at and stats.first_order_at.isoformat(),
        "last_at": stats.last_order_at and stats.last_order_at.isoformat(),
        "mean_gap": stats.mean_gap_days,
        "gap_variance": stats.gap_variance,
        "months": stats.months and _months_text(stats.months),
        "categories": dict(stats.categories) or None,
        "brands": dict(stats.brands) or None,
        "other": dict(stats.other_currencies) or None,
    }
    # A sum of 0 says what no entry says; a variance of 0 does not.
    return {name: value for name, value in values.items() if value is not None and (value or name == "gap_variance")}


def customer_from_item(values: Mapping[str, Any]) -> Customer:
    """The customer that the plain values stand for."""
    same: dict[str, Any] = {name: values.get(name) for name in _SAME}
    return Customer(
        **same,
        birthday=_read_day(values.get("birthday")),
        joined_on=_read_day(values.get("joined_on")),
        interests=tuple(values.get("interests", ())),
        attributes=values.get("attributes", {}),
        tracking=values["tracking"],
        as_of=_read_time(values.get("as_of")),
        stats=_stats_from_item(values.get("stats", {})),
        classes=Classes(**{name: values.get(name) for name in _CLASSES}),
        stage=values["stage"],
        points=values["points"],
        segments=tuple(values.get("segments", ())),
        moves=tuple(_read_move(text) for text in values.get("moves", ())),
        next_flip_at=_read_time(values.get("flip_at")),
        revision=values["rev"],
    )


def _stats_from_item(values: Mapping[str, Any]) -> Statistics:
    if not values:
        return Statistics()
    return Statistics(
        orders=values.get("orders", 0),
        spent=values.get("spent", 0),
        receipts=values.get("orders", 0) - values.get("others", 0),
        costed=values.get("costed", 0),
        cost=values.get("cost", 0),
        first_order_at=_read_time(values.get("first_at")),
        last_order_at=_read_time(values.get("last_at")),
        mean_gap_days=_read_float(values.get("mean_gap")),
        gap_variance=_read_float(values.get("gap_variance")),
        months=_read_months(values.get("months")),
        categories=values.get("categories", {}),
        brands=values.get("brands", {}),
        other_currencies=values.get("other", {}),
    )


def _months_text(months: Months) -> str:
    """`last/span:5,,70`: three years fit into less than a map of one."""
    return f"{months.last}/{months.span}:" + ",".join("" if sum_ is None else str(sum_) for sum_ in months.spent)


def _read_months(text: str | None) -> Months | None:
    if text is None:
        return None
    place, _, sums = text.partition(":")
    last, _, span = place.partition("/")
    return Months(last=int(last), span=int(span), spent=tuple(int(s) if s else None for s in sums.split(",")))


def _read_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _read_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _read_float(value: float | None) -> float | None:
    return None if value is None else float(value)
