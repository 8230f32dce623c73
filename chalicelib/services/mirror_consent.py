"""Use case: show a mailbox's consent on every customer who has that address."""

from dataclasses import replace
from functools import partial

from chalicelib.domain.mailboxes import Mailbox
from chalicelib.ports import App
from chalicelib.services.customer_changes import mirrored
from chalicelib.services.derived_now import derived_now
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
    app.customers.put(replace(derived_now(app, fresh), revision=customer.revision))
