"""Store orders, idempotent by their id: new ones with their customers, changed ones under their revision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import is_outdated
from chalicelib.domain.order_changes import OrderChanges, apply_changes
from chalicelib.domain.orders import Order, OrderHeader, fingerprint, header_of
from chalicelib.domain.products import Product
from chalicelib.errors import StaleRevision
from chalicelib.ports import App
from chalicelib.services.settle_changes import settle_told

Changes = Mapping[str, OrderChanges]
Outcome = Literal["created", "updated", "unchanged", "foreign"]
_ATTEMPTS = 5  # against rivals that write the same order


def store_orders(app: App, orders: Sequence[Order], *, dry_run: bool = False) -> dict[str, Outcome]:
    """Store any number of orders with different ids, in bulk; what became of each, by id.

    "foreign" is an order whose id belongs to another customer's order: nothing is written of it. An unknown customer
    is created without an address. An order as of an earlier time than the stored one is "unchanged". What was told of
    an order by its id (a cancellation, a refund, a status), before or since, stands: placing it again takes nothing of
    that back. With `dry_run`, the answer is what would become of them, and nothing is written.

    Raises:
        StaleRevision: rivals kept changing one of the orders.
    """
    headers = app.orders.headers_many([(order.customer_id, order.order_id) for order in orders])
    fresh = [order for order in orders if (order.customer_id, order.order_id) not in headers]
    if dry_run:
        return _settle(app, orders, headers, {}, dry_run=True) | _foresee(app, fresh)
    ids = [order.order_id for order in orders]
    told = app.orders.changes(ids)
    outcome = _settle(app, orders, headers, told) | _create(app, fresh, told)
    settle_told(app, [order_id for order_id in ids if outcome[order_id] != "foreign"])
    return outcome


def _settle(
    app: App,
    orders: Iterable[Order],
    headers: Mapping[tuple[str, str], OrderHeader],
    told: Changes,
    *,
    dry_run: bool = False,
) -> dict[str, Outcome]:
    """What becomes of those that are there already: nothing, or they are replaced."""
    outcome: dict[str, Outcome] = {}
    for order in orders:
        header = headers.get((order.customer_id, order.order_id))
        if header is None:
            continue
        changed = _is_news(order, header)
        outcome[order.order_id] = "updated" if changed else "unchanged"
        # The same content as of a later time is written, too: it refuses what was said in between.
        if not dry_run and (changed or is_outdated(header.as_of, order.as_of)):
            _replace(app, order, header, told)
    return outcome


def _is_news(order: Order, header: OrderHeader) -> bool:
    return header.fingerprint != fingerprint(order) and not is_outdated(order.as_of, header.as_of)


def _foresee(app: App, fresh: Sequence[Order]) -> dict[str, Outcome]:
    held = app.orders.get_many([order.order_id for order in fresh])
    return {
        order.order_id: "foreign" if held.get(order.order_id, order).customer_id != order.customer_id else "created"
        for order in fresh
    }


def _create(app: App, fresh: Sequence[Order], told: Changes) -> dict[str, Outcome]:
    if not fresh:
        return {}
    _create_customers(app, {order.customer_id for order in fresh})
    complete = _complete(app, fresh)
    answers = app.orders.create_many([_as_told(order, told) for order in complete])
    # A rival was faster, or our own lost answer was not: what is stored decides.
    rivals = [order for order in complete if answers[order.order_id] == "exists"]
    headers = app.orders.headers_many([(order.customer_id, order.order_id) for order in rivals])
    outcome: dict[str, Outcome] = {
        order_id: "foreign" if answer == "foreign" else "created" for order_id, answer in answers.items()
    }
    return outcome | _settle(app, rivals, headers, told)


def _as_told(order: Order, told: Changes, revision: int = 0) -> tuple[Order, OrderHeader]:
    """The order as it stands with what was told of it, and its header."""
    applied = apply_changes(order, told.get(order.order_id))
    return applied, header_of(applied, revision, content=fingerprint(order))


def _create_customers(app: App, ids: set[str]) -> None:
    known = app.customers.get_many(sorted(ids))
    app.customers.create_many([Customer(id=id_) for id_ in sorted(ids) if id_ not in known])


def _complete(app: App, orders: Sequence[Order]) -> list[Order]:
    """The orders with what the catalogue says of their skus now: categories, brands, costs."""
    products = app.products.get_many(sorted({sku for order in orders for sku in order.skus}))
    return [_with_goods(order, [products[sku] for sku in order.skus if sku in products]) for order in orders]


def _with_goods(order: Order, products: Sequence[Product]) -> Order:
    return replace(
        order,
        categories={product.sku: product.category for product in products if product.category},
        brands={product.sku: product.brand for product in products if product.brand},
        costs={product.sku: product.cost for product in products if product.cost is not None},
    )


def _replace(app: App, order: Order, header: OrderHeader, told: Changes) -> None:
    [complete] = _complete(app, [order])
    for _ in range(_ATTEMPTS):
        if is_outdated(order.as_of, header.as_of):
            return  # a rival stored what was said later
        try:
            said = replace(complete, as_of=order.as_of or header.as_of)
            app.orders.replace(*_as_told(said, told, header.revision))
        except StaleRevision:
            header = app.orders.header(order.customer_id, order.order_id) or header
        else:
            return
    raise StaleRevision(f"Order {order.order_id!r} kept changing while it was stored. Send it again.")
