"""Use case: forget a person: from the first moment nobody mails them, in the end nothing names them."""

from datetime import datetime

from chalicelib.domain.customer_fields import customer_id as checked_id
from chalicelib.domain.erasures import Erasure
from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.erase_files import erase_files
from chalicelib.services.erase_mailboxes import erase_mailboxes
from chalicelib.services.erase_purchases import erase_purchases
from chalicelib.services.erase_sends import erase_sends
from chalicelib.services.load_erasure import KIND, find_erasure, keep_traces


def erase_customer(app: App, customer_id: str, *, deadline: datetime) -> bool:
    """Erase all that can be erased now; False where a part is in use or time ran out, and the tick goes on with it.

    Killed anywhere, a repeat or the tick completes it: what is to be done is written down before anything is done, and
    taken away last of all.

    Args:
        app: the ports.
        customer_id: whom. The same id may come again as someone new.
        deadline: on the machine's clock; no further step begins after it.

    Raises:
        NotFound: nobody knows this customer, or they are erased already.
    """
    return continue_erasure(app, _begin(app, checked_id(customer_id)), deadline=deadline)


def _begin(app: App, customer_id: str) -> Erasure:
    found = find_erasure(app, customer_id)
    customer = app.customers.get(customer_id)
    if found is None:
        if customer is None and not app.orders.headers(customer_id) and not app.events.of(customer_id):
            raise NotFound("customer", customer_id)
        found = Erasure(customer_id=customer_id, stand_in=f"erased-{app.ids.new()}", gone=f"gone-{app.ids.new()}")
    if customer is None:
        return keep_traces(app, found, [])
    told = ([customer.mailbox], [customer.email], [customer.first_name, customer.last_name])
    return keep_traces(app, found, *([one for one in some if one] for some in told))


def continue_erasure(app: App, erasure: Erasure, *, deadline: datetime) -> bool:
    """Do all steps of an erasure, each of which may have been done before; whether nothing is left."""
    erase_mailboxes(app, erasure)
    app.customers.delete(erasure.customer_id)
    erase_mailboxes(app, erasure)  # once more: two with one address who go at once see each other until here
    steps = (erase_purchases, erase_sends, erase_files)
    for step in steps:
        # Indexes lag by moments: a step looks again until it finds nothing.
        if app.clock.real() >= deadline or not step(app, erasure):
            return False
    app.catalog.delete(KIND, erasure.customer_id)
    return True
