"""Set right what follows from the rest of some customers who were just read."""

from collections.abc import Sequence

from chalicelib.domain.customers import Customer
from chalicelib.domain.derive import derive
from chalicelib.ports import App
from chalicelib.services.load_basis import load_basis
from chalicelib.services.load_history import load_history
from chalicelib.services.refresh_many import refresh_many


def rederive(app: App, customers: Sequence[Customer]) -> int:
    """Write those whose derived fields are not right now; how many. A rival's write in between is worked on anew.

    Raises:
        StaleRevision: one of them kept changing.
    """
    basis, now = load_basis(app), app.clock.now()
    derived = [(customer, derive(customer, basis, now, load_history(app, customer.id))) for customer in customers]
    changed = [after for before, after in derived if after != before]
    stale = app.customers.put_many(changed)
    return len(changed) - len(stale) + len(refresh_many(app, stale))
