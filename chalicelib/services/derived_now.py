"""What follows from the rest of one customer at this moment."""

from chalicelib.domain.customers import Customer
from chalicelib.domain.derive import derive
from chalicelib.ports import App
from chalicelib.services.load_basis import load_basis
from chalicelib.services.load_history import load_history


def derived_now(app: App, customer: Customer) -> Customer:
    """The customer with stage and segments as they hold now; nothing is written."""
    return derive(customer, load_basis(app), app.clock.now(), load_history(app, customer.id))
