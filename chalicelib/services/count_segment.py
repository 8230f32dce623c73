"""Use case: count a segment's members."""

from chalicelib.ports import App
from chalicelib.services.find_rule import find_rule


def count_segment(app: App, name: str) -> int:
    """How many customers the rule selects now: it is asked of every customer, so time alone may change the answer.

    Raises: NotFound.
    """
    holds, now = find_rule(app, name).holds, app.clock.now()
    return sum(holds(customer, now) for customer in app.customers.scan())
