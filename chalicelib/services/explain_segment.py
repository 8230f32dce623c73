"""Use case: say why a customer is a member of a segment, or is not."""

from typing import Any

from chalicelib.domain.explanations import explain
from chalicelib.ports import App
from chalicelib.services.find_rule import find_rule
from chalicelib.services.get_customer import get_customer
from chalicelib.services.load_history import load_history


def explain_segment(app: App, name: str, customer_id: str) -> dict[str, Any]:
    """`{"member": bool, "because": [{"condition", "holds", "found"}]}`. Raises: NotFound."""
    rule, customer, now = find_rule(app, name), get_customer(app, customer_id), app.clock.now()
    history = load_history(app, customer_id)
    return {"member": rule.holds(customer, now, history), "because": explain(rule, customer, now, history)}
