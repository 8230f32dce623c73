"""Ports: what the shop sells and sold, and its small, versioned things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # what answers a click imports the ports, and needs none of these
    from chalicelib.domain.events import Event
    from chalicelib.domain.offers import Offer
    from chalicelib.domain.order_changes import OrderChanges
    from chalicelib.domain.orders import Order, OrderHeader
    from chalicelib.domain.products import Product
    from chalicelib.domain.shop import Shop


class Orders(Protocol):
    """Orders: a header by customer, the lines by order id."""

    def header(self, customer_id: str, order_id: str) -> OrderHeader | None: ...

    def headers(self, customer_id: str) -> list[OrderHeader]:
        """All of one customer, consistent, in order of id."""
        ...

    def headers_many(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], OrderHeader]:
        """Those that exist, by (customer id, order id). Consistent, any number."""
        ...

    def get(self, order_id: str) -> Order | None: ...

    def get_many(self, order_ids: Sequence[str]) -> dict[str, Order]: ...

    def create_many(self, orders: Sequence[tuple[Order, OrderHeader]]) -> dict[str, str]:
        """Write lines, then header, each if absent; any number, 25 statements a request.

        Returns, per order id: "created", "exists" (this customer's order was there already) or "foreign" (the id
        belongs to another customer's order; nothing written).
        """
        ...

    def replace(self, order: Order, header: OrderHeader) -> None:
        """Write a changed order under the header's revision. Raises: StaleRevision."""
        ...

    def changes(self, order_ids: Sequence[str]) -> dict[str, OrderChanges]:
        """What was told of them later, by id, also of orders that are not there; those without are left out."""
        ...

    def put_changes(self, changes: OrderChanges) -> OrderChanges:
        """Write under the revision that was read (0: must be new). Raises: StaleRevision."""
        ...

    def move(self, header: OrderHeader, customer_id: str) -> None:
        """Make the order another customer's, under the header's revision. Raises: StaleRevision."""
        ...


class Events(Protocol):
    """Other facts about customers."""

    def create_many(self, events: Sequence[Event]) -> set[str]:
        """Write each if absent; any number, their ids must differ. The ids of those that were there."""
        ...

    def get(self, customer_id: str, event_id: str) -> Event | None:
        """Consistent."""
        ...

    def of(self, customer_id: str) -> list[Event]:
        """All of one customer, consistent, by time, then id."""
        ...

    def delete(self, customer_id: str) -> None:
        """Take away all of one customer."""
        ...


class Products(Protocol):
    """The shop's products."""

    def get(self, sku: str) -> Product | None: ...

    def get_many(self, skus: Sequence[str]) -> dict[str, Product]: ...

    def put(self, product: Product) -> Product:
        """Write under the revision that was read. Raises: StaleRevision."""
        ...

    def put_many(self, products: Sequence[Product]) -> set[str]:
        """As `put`, in bulk; the skus must differ. Those that somebody else wrote since: not written."""
        ...

    def recent(self) -> Sequence[Product]:
        """Every product as it was ten seconds ago at most, for mails that pick some."""
        ...

    def all(self) -> Iterator[Product]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A small, versioned thing of the catalog: segment, template, offer, campaign, flow, shop, import."""

    kind: str
    name: str
    body: Mapping[str, Any]  # plain JSON values
    revision: int = 0


class Catalog(Protocol):
    """Small things by kind and name."""

    def get(self, kind: str, name: str) -> Document | None: ...

    def put(self, document: Document) -> Document:
        """Write under the revision that was read (0: must be new). Raises: StaleRevision."""
        ...

    def list(self, kind: str) -> list[Document]:
        """All of one kind, by name."""
        ...

    def delete(self, kind: str, name: str) -> None:
        """Take it away, whatever its revision; nothing where there is none."""
        ...

    def shop(self) -> Shop:
        """The shop's settings; MissingSetting tells the operator to PUT /v1/shop."""
        ...

    def offer(self, name: str, shop: Shop | None = None) -> Offer | None:
        """One offer, in the shop's currency and zone; whoever has read the shop gives it."""
        ...
