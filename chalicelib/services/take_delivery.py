"""Use case: keep what a shop system's webhook tells, however often and in whatever order its deliveries come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.dates import is_outdated
from chalicelib.domain.deliveries import Delivery, Told
from chalicelib.errors import HabitueError, NotFound
from chalicelib.ports import App
from chalicelib.services.change_order import cancel_order, refund_order
from chalicelib.services.erase_customer import erase_customer
from chalicelib.services.place_order import place_order
from chalicelib.services.put_customers import Outcome, put_customers
from chalicelib.services.put_products import put_products
from chalicelib.services.store_orders import store_orders

_ERASE_FOR = timedelta(seconds=3)  # Shopify waits five; what is left is done by the tick


def take_delivery(app: App, delivery: Delivery) -> str:
    """What became of it: "created", "updated", "unchanged", or "ignored" where it tells nothing.

    Safe to repeat and to kill anywhere. What is stored as of a later time than the delivery tells stays as it is.

    Raises:
        InvalidInput, MalformedRequest: naming what is wrong; what came before it is kept.
        Conflict: the order belongs to another customer.
        StaleRevision: rivals kept changing the same thing.
    """
    if any(_was_erased(app, told) for told in delivery.customers):
        return "unchanged"
    results = [_customer(app, told) for told in delivery.customers]
    if delivery.order is not None:
        results = [place_order(app, delivery.order.fields, as_of=delivery.order.as_of)[1]]
    results += [_refund(app, refund) for refund in delivery.refunds]
    if delivery.products:
        results = [_products(app, delivery.products)]
    if delivery.erased is not None:
        results = [_erase(app, delivery.erased)]
    if delivery.cancelled is not None:
        results = [_cancel(app, delivery.cancelled, app.clock.now())]
    return _news(results)


def _news(results: Sequence[str]) -> str:
    """The greatest of several results."""
    return next((result for result in ("created", "updated", "unchanged") if result in results), "ignored")


def _was_erased(app: App, told: Told) -> bool:
    """Whether it is older news of an address that was erased since: a replay must not bring the person back."""
    email = told.fields.get("email")
    if email is None or told.as_of is None or app.customers.get(told.id) is not None:
        return False
    mailbox = app.mailboxes.get(app.keyed.mailbox(email))
    suppression = mailbox.suppression if mailbox else None
    return suppression is not None and suppression.reason == "erased" and is_outdated(told.as_of, suppression.at)


def _erase(app: App, customer_id: str) -> str:
    try:
        erase_customer(app, customer_id, deadline=app.clock.real() + _ERASE_FOR)
    except NotFound:
        return "unchanged"
    return "updated"


def _customer(app: App, told: Told) -> str:
    fields = told.fields
    if told.hearsay:
        known = app.customers.get(told.id)
        fields = fields if known is None or known.email is None else {}
    [outcome] = put_customers(app, [(told.id, fields)], as_of=None if told.hearsay else told.as_of)
    return _or_raise(outcome)


def _refund(app: App, told: Told) -> str:
    # "kept" is news, too: the refund waits for its order.
    return "unchanged" if refund_order(app, told.id, told.fields)[2] == "unchanged" else "updated"


def _products(app: App, products: tuple[Told, ...]) -> str:
    # The variants of one product change together: one time holds for all.
    outcomes = put_products(app, [(told.id, told.fields) for told in products], as_of=products[0].as_of)
    return _news([_or_raise(outcome) for outcome in outcomes])


def _or_raise(outcome: Outcome) -> str:
    if isinstance(outcome, HabitueError):
        raise outcome
    return outcome


def _cancel(app: App, order_id: str, now: datetime) -> str:
    order = app.orders.get(order_id)
    if order is None:
        cancel_order(app, order_id, {})  # kept for the order that is still to come
        return "updated"
    return store_orders(app, [replace(order, status="cancelled", as_of=now)])[order_id]
