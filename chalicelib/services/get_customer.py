"""Use case: read one customer, with stage and segments as they hold now."""

from chalicelib.domain.customers import Customer
from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.derived_now import derived_now


def get_customer(app: App, customer_id: str) -> Customer:
    """The customer. What follows from time and rules is worked out anew; nothing is written.

    Raises: NotFound.
    """
    customer = app.customers.get(customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    return derived_now(app, customer)
