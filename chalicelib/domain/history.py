"""What a customer bought and did, and when: what rules ask that no sum kept with the customer can answer."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from chalicelib.domain.events import Event
from chalicelib.domain.orders import OrderHeader
from chalicelib.domain.returns import Remains


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One order that counts, after what was taken back from it."""

    at: datetime  # aware UTC
    spent: int = 0  # minor units of the shop's currency; 0 for an order in another one
    categories: frozenset[str] = frozenset()  # money was spent on
    skus: frozenset[str] = frozenset()  # of which it still holds units


class History:
    """One customer's purchases and events. Each half is read when a rule first asks for it, and once."""

    def __init__(
        self,
        purchases: Callable[[], Sequence[Purchase]] = tuple,
        events: Callable[[], Mapping[str, Sequence[datetime]]] = dict,
    ) -> None:
        self._read_purchases = purchases
        self._read_events = events

    @cached_property
    def purchases(self) -> Sequence[Purchase]:
        """In no order."""
        return self._read_purchases()

    @cached_property
    def events(self) -> Mapping[str, Sequence[datetime]]:
        """The times of all events of each name, in no order."""
        return self._read_events()


NO_HISTORY = History()  # of somebody who bought and did nothing


def purchases(headers: Iterable[OrderHeader], remains: Mapping[str, Remains], currency: str) -> tuple[Purchase, ...]:
    """The orders that count, as `domain.statistics` counts them: placed, and not wholly taken back."""
    return tuple(
        _purchase(header, remains.get(header.order_id), currency)
        for header in headers
        if header.status == "placed" and (header.order_id not in remains or remains[header.order_id].counts)
    )


def _purchase(header: OrderHeader, left: Remains | None, currency: str) -> Purchase:
    sums, skus = (header, header.skus) if left is None else (left.sums, left.skus)
    return Purchase(
        at=header.placed_at,
        spent=sums.total if header.currency == currency else 0,
        categories=frozenset(name for name, worth in sums.categories.items() if worth > 0),
        skus=frozenset(skus),
    )


def times_by_name(events: Iterable[Event]) -> dict[str, list[datetime]]:
    """When events of each name happened."""
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for event in events:
        times[event.name].append(event.at)
    return dict(times)
