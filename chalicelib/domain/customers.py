"""What a customer is: identity, place in time, tastes, and the statistics that orders give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.domain.months import Months
from chalicelib.domain.moves import Move
from chalicelib.domain.tastes import favourites

type_of_attribute = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What a customer's orders add up to. Always recomputed from all headers, never added to."""

    orders: int = 0  # orders that still count: not cancelled, not wholly taken back
    spent: int = 0  # minor units of the shop's currency, after what was taken back
    receipts: int = 0  # the orders in the shop's currency, which `spent` comes from
    costed: int = 0  # the part of `spent` whose cost is known
    cost: int = 0  # what that part cost the shop
    first_order_at: datetime | None = None
    last_order_at: datetime | None = None
    mean_gap_days: float | None = None  # None below two orders: not enough data
    gap_variance: float | None = None  # of the gaps in days, population variance; None below two gaps
    months: Months | None = None  # in the shop's zone and currency; None without an order
    categories: Mapping[str, int] = field(default_factory=dict)  # category -> weight (domain/tastes.py)
    brands: Mapping[str, int] = field(default_factory=dict)  # brand -> weight; the heaviest few
    other_currencies: Mapping[str, int] = field(default_factory=dict)  # currency -> minor units

    @property
    def top_categories(self) -> tuple[str, ...]:
        """Favourite categories, most liked first. Three at most."""
        return favourites(self.categories)

    @property
    def top_brands(self) -> tuple[str, ...]:
        """Favourite brands, most liked first. Three at most."""
        return favourites(self.brands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Where a customer stands among the shop's others, by the last measuring run. None: not enough data."""

    rfm: str | None = None  # recency, frequency, money, 1 to 5 each: "543"
    abc: str | None = None
    xyz: str | None = None
    opportunity: str | None = None  # low, medium, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One person whom the shop knows by a stable id."""

    id: str  # the shop's own id, opaque
    email: str | None = None  # normal form; None: known only from orders
    mailbox: str | None = None  # keyed hash of the normal address; None without an address
    first_name: str | None = None
    last_name: str | None = None
    locale: str | None = None  # "en-GB"; None: the shop's
    time_zone: str | None = None  # IANA name; None: the shop's
    country: str | None = None
    region: str | None = None
    home_store: str | None = None
    birthday: date | None = None
    joined_on: date | None = None
    interests: tuple[str, ...] = ()
    attributes: Mapping[str, type_of_attribute] = field(default_factory=dict)
    consent_status: str | None = None  # mirrored from the mailbox, which is the truth
    tracking: str = "none"  # mirrored: none, aggregate, full
    stats: Statistics = field(default_factory=Statistics)
    classes: Classes = field(default_factory=Classes)
    stage: str = "prospect"
    tier: str | None = None
    points: int = 0
    segments: tuple[str, ...] = ()  # names, sorted; kept by each write that changes an input
    as_of: datetime | None = None  # when the shop system last changed the person, as its webhook says
    moves: tuple[Move, ...] = ()  # the latest segments entered and left, the latest last
    next_flip_at: datetime | None = None  # when time alone changes stage or segments next
    revision: int = 0  # 0: not stored yet
