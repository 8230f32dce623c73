"""Use case: show a mailbox's consent on every customer who has that address."""

from dataclasses import replace
from functools import partial

from chalicelib.domain.derive import derive
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.ports import App
from chalicelib.services.customer_changes import mirrored
from chalicelib.services.load_basis import load_basis
from chalicelib.services.load_history import load_history
from chalicelib.services.retrying import retrying


def mirror_consent(app: App, mailbox: Mailbox) -> None:
    """Write the mirror where it is not right. What decides on a mail is the mailbox, whatever the mirrors say.

    Customers are found by an index that lags by moments; one who took the address at this moment mirrors it itself.
    """
    for customer_id in app.customers.by_mailbox(mailbox.hash):
        retrying(partial(_mirror, app, mailbox.hash, customer_id))


def _mirror(app: App, hash_: str, customer_id: str) -> None:
    customer = app.customers.get(customer_id)
    if customer is None or customer.mailbox != hash_:
        return
    fresh = mirrored(customer, app.mailboxes.get(hash_))
    if fresh == customer:
        return
    derived = derive(fresh, load_basis(app), app.clock.now(), load_history(app, customer_id))
    app.customers.put(replace(derived, revision=customer.revision))
