"""What was bought at the sample shop: two years of orders, made from each customer's rhythm and taste."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.local.sample.catalogue import CATEGORIES, SampleProduct
from chalicelib.local.sample.chance import Chance
from chalicelib.local.sample.people import Person
from chalicelib.local.sample.rhythm import moment_of_day, order_days
from chalicelib.local.sample.tastes import basket, sample_taste

_FIRST_NUMBER = 100_001


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLine:
    """One line of an order."""

    sku: str
    quantity: int
    unit_price: int  # pence


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOrder:
    """One order."""

    order_id: str
    customer_id: str
    placed_at: datetime  # aware UTC, whole seconds
    lines: tuple[SampleLine, ...]


def sample_orders(
    chance: Chance, people: Sequence[Person], products: Sequence[SampleProduct], *, today: date
) -> tuple[SampleOrder, ...]:
    """Every order of the two years before `today`, oldest first, numbered in that order."""
    shelf = {category: [product for product in products if product.category == category] for category in CATEGORIES}
    placed = [found for person in people for found in _orders_of(chance, person, shelf, today)]
    placed.sort(key=lambda order: order[:2])
    return tuple(
        SampleOrder(order_id=f"K-{_FIRST_NUMBER + number}", customer_id=customer_id, placed_at=at, lines=lines)
        for number, (at, customer_id, lines) in enumerate(placed)
    )


def _orders_of(
    chance: Chance, person: Person, shelf: dict[str, list[SampleProduct]], today: date
) -> list[tuple[datetime, str, tuple[SampleLine, ...]]]:
    zone = ZoneInfo(person.home.zone)
    taste = sample_taste(chance, shelf)
    times = [moment_of_day(chance, zone, day, today=today) for day in order_days(chance, person, today=today)]
    return [(at, person.id, _lines(basket(chance, taste, shelf, at), at, today)) for at in sorted(times)]


def _lines(goods: list[tuple[SampleProduct, int]], at: datetime, today: date) -> tuple[SampleLine, ...]:
    return tuple(
        SampleLine(sku=product.sku, quantity=pieces, unit_price=product.price_on(at.date(), today=today))
        for product, pieces in goods
    )
