"""Who no longer reacts to marketing mail, and how warm those are who do."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.customers import Customer
from chalicelib.domain.mailboxes import Mailbox, Sent

ENOUGH_MAILS = 10
UNENGAGED_AFTER = timedelta(days=180)


def is_unengaged(customer: Customer, box: Mailbox, mails: Sequence[Sent], now: datetime) -> bool:
    """Whether at least ten marketing mails of the last 180 days met with no human click and no order in that time.

    Args:
        customer: whose orders count.
        box: whose clicks count.
        mails: what the mailbox was sent before, newest first.
        now: aware UTC.
    """
    begin = now - UNENGAGED_AFTER
    if len(mails) < ENOUGH_MAILS or mails[ENOUGH_MAILS - 1].at <= begin:
        return False
    reaction = last_reaction(customer, box)
    return reaction is None or reaction <= begin


def last_reaction(customer: Customer, box: Mailbox) -> datetime | None:
    """The newest human click or order; None: never."""
    known = [at for at in (box.last_click_at, customer.stats.last_order_at) if at is not None]
    return max(known, default=None)
