"""Which fields a segment's rule may name: what kind each is, what it is called in plain words, and how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, Literal

from chalicelib.domain.consent import STATUSES, TRACKING
from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import occurrence
from chalicelib.domain.lifetime import lifetime
from chalicelib.domain.opportunity import LEVELS
from chalicelib.domain.rhythm import expected_next_order_at, lapsing_score
from chalicelib.domain.stages import days_since_last_order, gap_variation, overdue, stage
from chalicelib.domain.wallet import share_of_wallet

Kind = Literal["text", "number", "names", "day", "instant", "value", "segment"]
Read = Callable[[Customer, datetime], Any]

STAGES = ("prospect", "buyer", "client", "regular", "loyal", "advocate")
ATTRIBUTE = "attributes."
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a rule. Exactly one of `plain` and `live` reads it; both give None for what is missing."""

    name: str
    kind: Kind
    words: str  # as a sentence begins: "orders", "days since the last order"
    plain: Callable[[Customer], Any] | None = None  # from the customer alone: the fast way
    live: Read | None = None  # from the customer and the time
    choices: tuple[str, ...] = ()  # all values that it can have; empty: any

    def read(self, customer: Customer, now: datetime) -> Any:
        """The value now; None where it is missing."""
        if self.plain is not None:
            return self.plain(customer)
        return self.live(customer, now) if self.live is not None else None


def _field(name: str, kind: Kind, words: str, plain: Any = None, live: Any = None, choices: Any = ()) -> Field:
    if plain is None and live is None:
        plain = attrgetter(name)
    return Field(name=name, kind=kind, words=words, plain=plain, live=live, choices=tuple(choices))


def _variation(customer: Customer) -> float | None:
    return gap_variation(customer.stats)


def _silence(customer: Customer, now: datetime) -> int | None:
    return days_since_last_order(customer.stats, now)


def _overdue(customer: Customer, now: datetime) -> float | None:
    return overdue(customer.stats, now)


def _stage(customer: Customer, now: datetime) -> str:
    return stage(customer.stats, now, share_of_wallet(customer))


def _lapsing(customer: Customer, now: datetime) -> float | None:
    return lapsing_score(customer.stats, now)


def _expected(customer: Customer) -> datetime | None:
    return expected_next_order_at(customer.stats)


def _ltv(customer: Customer) -> int | None:
    return lifetime(customer.stats).value


def _profit(customer: Customer) -> int | None:
    return lifetime(customer.stats).gross_profit


def _digit(place: int) -> Callable[[Customer], int | None]:
    return lambda customer: None if customer.classes.rfm is None else int(customer.classes.rfm[place])


def _currencies(customer: Customer) -> tuple[str, ...]:
    return tuple(customer.stats.other_currencies)


_TEXTS = {
    "id": "the id",
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

FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        *(_field(name, "text", words) for name, words in _TEXTS.items()),
        _field("birthday", "day", "the birthday"),
        _field("joined_on", "day", "the day of joining"),
        _field("interests", "names", "the interests"),
        _field("points", "number", "the points"),
        _field("stage", "text", "the stage", live=_stage, choices=STAGES),
        _field("consent.status", "text", "the consent", attrgetter("consent_status"), choices=STATUSES),
        _field("consent.tracking", "text", "the consent to tracking", attrgetter("tracking"), choices=TRACKING),
        _field("category", "names", "the top categories", attrgetter("stats.top_categories")),
        _field("stats.top_categories", "names", "the top categories"),
        _field("stats.orders", "number", "the number of orders"),
        _field("orders.count", "number", "the number of orders", attrgetter("stats.orders")),
        _field("stats.spent", "number", "the money spent (minor units)"),
        _field("orders.spent", "number", "the money spent (minor units)", attrgetter("stats.spent")),
        _field("stats.first_order_at", "instant", "the first order"),
        _field("stats.last_order_at", "instant", "the last order"),
        _field("stats.mean_gap_days", "number", "the mean days between orders"),
        _field("stats.gap_variance", "number", "the variance of the days between orders"),
        _field("stats.gap_variation", "number", "the variation of the days between orders", _variation),
        _field("stats.days_since_last_order", "number", "the days since the last order", live=_silence),
        _field("stats.overdue", "number", "the silence as a multiple of the usual gap", live=_overdue),
        _field("stats.other_currencies", "names", "the other currencies", _currencies),
        _field("top_brands", "names", "the favourite brands", attrgetter("stats.top_brands")),
        _field("rfm", "text", "the RFM class", attrgetter("classes.rfm")),
        _field("rfm.recency", "number", "the recency score", _digit(0)),
        _field("rfm.frequency", "number", "the frequency score", _digit(1)),
        _field("rfm.money", "number", "the money score", _digit(2)),
        _field("abc", "text", "the ABC class", attrgetter("classes.abc"), choices="ABC"),
        _field("xyz", "text", "the XYZ class", attrgetter("classes.xyz"), choices="XYZ"),
        _field("ltv", "number", "the lifetime value (minor units)", _ltv),
        _field("gross_profit", "number", "the gross profit (minor units)", _profit),
        _field("expected_next_order_at", "instant", "the expected next order", _expected),
        _field("lapsing_score", "number", "the lapsing score", live=_lapsing),
        _field("opportunity", "text", "the opportunity", attrgetter("classes.opportunity"), choices=LEVELS),
        _field("share_of_wallet", "number", "the share of wallet (per cent)", share_of_wallet),
        _field("segment", "segment", "the segments", attrgetter("segments")),
    )
}

# Names of the public interface that need orders or events in a window of time, which no customer record holds.
NOT_YET = ("sku", "events")
NOT_YET_WITH_WITHIN = ("orders.count", "orders.spent")


def known_fields() -> list[str]:
    """Every field that a rule may name, for an error's text."""
    return [*sorted(FIELDS), f"{ATTRIBUTE}<name>"]


def find_field(name: str) -> Field | None:
    """The field of that name; None where there is none."""
    if name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE):
        return _attribute(name)
    return FIELDS.get(name)


def _attribute(name: str) -> Field:
    key = name.removeprefix(ATTRIBUTE)

    def read(customer: Customer) -> Any:
        return customer.attributes.get(key)

    return _field(name, "value", f"the attribute {key!r}", read)


def days_ago(field: Field) -> Read:
    """How many days ago the field's day or instant was, fractions included; negative for the future."""

    def since_instant(customer: Customer, now: datetime) -> float | None:
        at: datetime | None = field.read(customer, now)
        return None if at is None else (now - at) / _DAY

    def since_day(customer: Customer, now: datetime) -> int | None:
        day: date | None = field.read(customer, now)
        return None if day is None else (now.date() - day).days

    return since_instant if field.kind == "instant" else since_day


def days_to_birthday(customer: Customer, now: datetime) -> int | None:
    """Days until the birthday comes again, 0 on the day; by the calendar of UTC."""
    if customer.birthday is None:
        return None
    today = now.date()
    this_year = occurrence(customer.birthday, today.year)
    following = this_year if this_year >= today else occurrence(customer.birthday, today.year + 1)
    return (following - today).days
