"""Use case: make the finished mail of each claimed person, and keep it before it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.customers import Customer
from chalicelib.domain.messages import Batch, Message
from chalicelib.domain.offers import Offer
from chalicelib.domain.shop import Shop
from chalicelib.domain.templates import Mail
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import InvalidInput, RenderingFailed
from chalicelib.ports import App
from chalicelib.services.compose_mail import Composer
from chalicelib.services.kept_mails import keep_mails, kept_mails


@dataclass(slots=True)
class Finished:
    """The mails of one attempt."""

    mails: dict[str, Mail] = field(default_factory=dict)  # by customer id
    failed: dict[str, str] = field(default_factory=dict)  # customer id -> why it could not be rendered


def finish_mails(
    app: App,
    message: Message,
    batch: Batch,
    shop: Shop,
    offer: Offer | None,
    people: Sequence[Customer],
    vouchers: Mapping[str, Voucher],
) -> Finished:
    """Render what an earlier attempt has not kept; keep the new ones; whoever was kept gets just that mail.

    A kept mail whose address is not the person's any more is made anew.
    """
    kept = kept_mails(app, batch.message_id, batch.id) if batch.attempts > 1 else {}
    finished = Finished({c.id: kept[c.id] for c in people if c.id in kept and kept[c.id].to == c.email})
    composer = Composer(app, message, batch, shop, offer)
    fresh: dict[str, Mail] = {}
    for customer in people:
        if customer.id in finished.mails:
            continue
        try:
            fresh[customer.id] = composer.compose(customer, vouchers.get(customer.id))
        except (RenderingFailed, InvalidInput) as error:  # the latter: a link longer than a link may be
            finished.failed[customer.id] = error.message
    if fresh:
        keep_mails(app, batch, fresh)
    finished.mails |= fresh
    return finished
