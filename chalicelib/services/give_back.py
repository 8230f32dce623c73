"""Use case: undo what was prepared for people whose mail will not go: mailboxes are free, vouchers in stock."""

from collections.abc import Mapping

from chalicelib.domain.messages import Batch, Message
from chalicelib.domain.offers import Offer
from chalicelib.ports import App


def give_back(app: App, message: Message, batch: Batch, people: Mapping[str, str | None]) -> None:
    """Take back this batch's claims and vouchers; those of another batch stay. Repeating it changes nothing.

    Args:
        app: the ports.
        message: that they do not get.
        batch: which claimed and issued.
        people: the mailbox by customer id; None where no claim on it may be taken back.
    """
    offer = app.catalog.offer(message.offer) if message.offer and people else None
    for person, mailbox in people.items():
        if mailbox is not None:
            app.mailboxes.release(mailbox, message.send_key, batch.id)
        if offer is not None and offer.code.kind == "unique":
            _withdraw(app, offer, message, batch, person)


def _withdraw(app: App, offer: Offer, message: Message, batch: Batch, person: str) -> None:
    code = app.keyed.voucher_code(offer.name, person, message.id)
    voucher = app.vouchers.get(code)
    if voucher is not None and voucher.batch_id == batch.id:
        app.vouchers.withdraw(code)
