"""Which fields a segment's rule may name: what kind each is, what it is called in plain words, and how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal

from chalicelib.domain.consent import STATUSES, TRACKING
from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.events import event_name
from chalicelib.domain.lifetime import lifetime
from chalicelib.domain.opportunity import LEVELS
from chalicelib.domain.rhythm import expected_next_order_at, lapsing_score
from chalicelib.domain.stages import days_since_last_order, gap_variation, next_stage_at, overdue, stage
from chalicelib.domain.wallet import share_of_wallet

Kind = Literal["text", "number", "names", "day", "instant", "value", "segment"]
Read = Callable[[Customer, datetime], Any]
Source = Literal["orders", "spent", "events", "categories", "skus"]

STAGES = ("prospect", "buyer", "client", "regular", "loyal", "advocate")
ATTRIBUTE = "attributes."
EVENTS = "events."


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a rule. What is missing reads as None.

    Most fields stand in the customer's record (`path`, or `plain` where it takes a function). A field that changes by
    time alone has `live`; then it also says how: `since` for what counts days or gaps since the last order, `changes`
    for any other. A field with a `source` may have a window of time, and then its history answers it; without a `path`
    the history always does.
    """

    name: str
    kind: Kind
    words: str  # as a sentence begins: "orders", "days since the last order"
    path: tuple[str, ...] = ()  # the attributes from the customer to the value
    plain: Callable[[Customer], Any] | None = None  # from the customer alone
    of_stats: Callable[[Statistics], Any] | None = None  # `plain`, where the statistics are all it takes: one call less
    attribute: str | None = None  # `plain`, where it is one of the customer's attributes
    live: Read | None = None  # from the customer and the time
    since: Literal["days", "gaps", "score"] | None = None  # a number that grows with the silence
    changes: Callable[[Customer, datetime], datetime | None] | None = None  # the next moment of another value, if any
    choices: tuple[str, ...] = ()  # all values that it can have; empty: any
    always: bool = False  # never missing
    source: Source | None = None  # what of the history answers it
    event: str = ""  # the name of the event, where the source is events

    def read(self, customer: Customer, now: datetime) -> Any:
        """The value now; None where it is missing, or where only the history knows it."""
        if self.live is not None:
            return self.live(customer, now)
        return self.plain(customer) if self.plain is not None else None


def _field(name: str, kind: Kind, words: str, path: str = "", **more: Any) -> Field:
    """A field at the path, its own name where nothing else is said."""
    if path or not {"plain", "of_stats", "live", "source"} & set(more):
        path = path or name
        more |= {"path": tuple(path.split(".")), "plain": attrgetter(path)}
    if of_stats := more.get("of_stats"):
        more["plain"] = lambda customer: of_stats(customer.stats)
    return Field(name=name, kind=kind, words=words, **more)


def _silence(customer: Customer, now: datetime) -> int | None:
    return days_since_last_order(customer.stats, now)


def _overdue(customer: Customer, now: datetime) -> float | None:
    return overdue(customer.stats, now)


def _stage(customer: Customer, now: datetime) -> str:
    return stage(customer.stats, now, share_of_wallet(customer))


def _lapsing(customer: Customer, now: datetime) -> float | None:
    return lapsing_score(customer.stats, now)


def _ltv(customer: Customer) -> int | None:
    return lifetime(customer.stats).value


def _profit(customer: Customer) -> int | None:
    return lifetime(customer.stats).gross_profit


def _digit(place: int) -> Callable[[Customer], int | None]:
    return lambda customer: None if customer.classes.rfm is None else int(customer.classes.rfm[place])


def _next_stage_at(customer: Customer, now: datetime) -> datetime | None:
    return next_stage_at(customer.stats, now)


def _currencies(customer: Customer) -> tuple[str, ...]:
    return tuple(customer.stats.other_currencies)


_TEXTS = {
    "email": "the e-mail address",
    "first_name": "the first name",
    "last_name": "the last name",
    "locale": "the locale",
    "time_zone": "the time zone",
    "country": "the country",
    "region": "the region",
    "home_store": "the home store",
    "tier": "the tier",
}
_ORDERS, _SPENT = "the number of orders", "the money spent (minor units)"
_CATEGORIES = "the top categories"

FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        _field("id", "text", "the id", always=True),
        *(_field(name, "text", words) for name, words in _TEXTS.items()),
        _field("birthday", "day", "the birthday"),
        _field("joined_on", "day", "the day of joining"),
        _field("interests", "names", "the interests"),
        _field("points", "number", "the points", always=True),
        _field("stage", "text", "the stage", live=_stage, changes=_next_stage_at, choices=STAGES, always=True),
        _field("consent.status", "text", "the consent", "consent_status", choices=STATUSES),
        _field("consent.tracking", "text", "the consent to tracking", "tracking", choices=TRACKING, always=True),
        _field("category", "names", "the categories bought", source="categories"),
        _field("sku", "names", "the products bought", source="skus"),
        _field("stats.top_categories", "names", _CATEGORIES),
        _field("stats.orders", "number", _ORDERS, always=True),
        _field("orders.count", "number", _ORDERS, "stats.orders", always=True, source="orders"),
        _field("stats.spent", "number", _SPENT, always=True),
        _field("orders.spent", "number", _SPENT, "stats.spent", always=True, source="spent"),
        _field("stats.first_order_at", "instant", "the first order"),
        _field("stats.last_order_at", "instant", "the last order"),
        _field("stats.mean_gap_days", "number", "the mean days between orders"),
        _field("stats.gap_variance", "number", "the variance of the days between orders"),
        _field("stats.gap_variation", "number", "the variation of the days between orders", of_stats=gap_variation),
        _field("stats.days_since_last_order", "number", "the days since the last order", live=_silence, since="days"),
        _field("stats.overdue", "number", "the silence as a multiple of the usual gap", live=_overdue, since="gaps"),
        _field("stats.other_currencies", "names", "the other currencies", plain=_currencies),
        _field("top_brands", "names", "the favourite brands", "stats.top_brands"),
        _field("rfm", "text", "the RFM class", "classes.rfm"),
        _field("rfm.recency", "number", "the recency score", plain=_digit(0)),
        _field("rfm.frequency", "number", "the frequency score", plain=_digit(1)),
        _field("rfm.money", "number", "the money score", plain=_digit(2)),
        _field("abc", "text", "the ABC class", "classes.abc", choices=tuple("ABC")),
        _field("xyz", "text", "the XYZ class", "classes.xyz", choices=tuple("XYZ")),
        _field("ltv", "number", "the lifetime value (minor units)", plain=_ltv),
        _field("gross_profit", "number", "the gross profit (minor units)", plain=_profit),
        _field("expected_next_order_at", "instant", "the expected next order", of_stats=expected_next_order_at),
        _field("lapsing_score", "number", "the lapsing score", live=_lapsing, since="score"),
        _field("opportunity", "text", "the opportunity", "classes.opportunity", choices=LEVELS),
        _field("share_of_wallet", "number", "the share of wallet (per cent)", plain=share_of_wallet),
        _field("segment", "segment", "the segments", "segments"),
    )
}


def known_fields() -> list[str]:
    """Every field that a rule may name, for an error's text."""
    return [*sorted(FIELDS), f"{ATTRIBUTE}<name>", f"{EVENTS}<name>"]


def find_field(name: str) -> Field | None:
    """The field of that name; None where there is none."""
    if name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE):
        return _attribute(name)
    if name.startswith(EVENTS):
        return _event(name)
    return FIELDS.get(name)


def _attribute(name: str) -> Field:
    key = name.removeprefix(ATTRIBUTE)

    def read(customer: Customer) -> Any:
        return customer.attributes.get(key)

    return _field(name, "value", f"the attribute {key!r}", plain=read, attribute=key)


def _event(name: str) -> Field | None:
    try:
        event = event_name(name.removeprefix(EVENTS))
    except ValueError:
        return None
    words = f"the number of {event!r} events"
    return _field(name, "number", words, source="events", event=event, always=True)
