"""Use case: count a segment's members."""

from chalicelib.ports import App
from chalicelib.services.load_membership import load_membership


def count_segment(app: App, name: str) -> int:
    """How many customers the rule selects now: every customer is asked, so time alone may change the answer.

    Raises: NotFound.
    """
    return sum(1 for _ in load_membership(app).members(name, app.customers.scan()))
