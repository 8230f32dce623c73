"""Use case: make the finished mail of each claimed person, and keep it before it is sent."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from chalicelib.domain.customers import Customer
from chalicelib.domain.messages import Batch, Message
from chalicelib.domain.shop import Shop
from chalicelib.domain.templates import Mail
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import InvalidInput, RenderingFailed
from chalicelib.ports import App
from chalicelib.services.compose_mail import Composer


@dataclass(slots=True)
class Finished:
    """The mails of one attempt."""

    mails: dict[str, Mail] = field(default_factory=dict)  # by customer id
    failed: dict[str, str] = field(default_factory=dict)  # customer id -> why it could not be rendered


def finish_mails(
    app: App, message: Message, batch: Batch, shop: Shop, people: Sequence[Customer], vouchers: Mapping[str, Voucher]
) -> Finished:
    """Render what an earlier attempt has not kept; keep the new ones; whoever was kept gets just that mail.

    A kept mail whose address is not the person's any more is made anew.
    """
    kept = kept_mails(app, batch.message_id, batch.id) if batch.attempts > 1 else {}
    finished = Finished({c.id: kept[c.id] for c in people if c.id in kept and kept[c.id].to == c.email})
    offer = app.catalog.offer(message.offer) if message.offer else None
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
        _keep(app, batch, fresh)
    finished.mails |= fresh
    return finished


def _prefix(message_id: str, batch_id: str) -> str:
    return f"kept/{message_id}/{batch_id}/"


def _keep(app: App, batch: Batch, mails: Mapping[str, Mail]) -> None:
    content = json.dumps({person: asdict(mail) for person, mail in mails.items()}, ensure_ascii=False)
    key = f"{_prefix(batch.message_id, batch.id)}{batch.attempts:06}.json.gz"
    app.files.create(key, gzip.compress(content.encode(), compresslevel=6, mtime=0), "application/gzip")


def forget_kept(app: App, message_id: str, batch_id: str, person: str) -> None:
    """Take one person's mails out of what was kept; everybody else's stay exactly as they are."""
    for key in app.files.keys(_prefix(message_id, batch_id)):
        content = app.files.get(key)
        mails = json.loads(gzip.decompress(content)) if content is not None else {}
        if person not in mails:
            continue
        del mails[person]
        left = json.dumps(mails, ensure_ascii=False).encode()
        app.files.put(key, gzip.compress(left, compresslevel=6, mtime=0), "application/gzip")


def kept_mails(app: App, message_id: str, batch_id: str) -> dict[str, Mail]:
    """By customer id: the newest that was kept for each, which is the one that was sent."""
    found: dict[str, Mail] = {}
    for key in app.files.keys(_prefix(message_id, batch_id)):
        content = app.files.get(key)
        if content is not None:
            mails = json.loads(gzip.decompress(content))
            found |= {person: Mail(**mail) for person, mail in mails.items()}
    return found
