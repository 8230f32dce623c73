"""Whether one person gets one message now: send, skip with a reason, or wait until an instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.consent import may_mail
from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import local_instant
from chalicelib.domain.drawing import is_held_out
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.domain.messages import Message
from chalicelib.domain.shop import Shop

# A mail that is due within a minute goes now: clocks of two machines never agree better.
_SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Send:
    """Mail this person now."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Do not mail this person this message; `reason` is shown to the marketer."""

    reason: str


@dataclass(frozen=True, slots=True)
class Defer:
    """Not yet: this person is due at `until`."""

    until: datetime


Decision = Send | Skip | Defer


def due_for(message: Message, customer: Customer, shop: Shop) -> datetime:
    """When this person is due, aware UTC: a time of day in the person's own zone, or one instant for all.

    A person's own date is due on its day, whenever the message was made. Anything else is due at the local time, but
    not before it was launched: whoever's clock was past that time then is due at once, not late.
    """
    start = message.send_at or message.created_at
    if message.not_before is not None:
        start = max(start, message.not_before)
    if message.local_time is None or message.local_day is None:
        return start
    local = local_instant(message.local_day, message.local_time, customer.time_zone or shop.time_zone)
    return local if message.audience.date_field else max(local, start, message.created_at)


def decide(
    customer: Customer | None, mailbox: Mailbox | None, message: Message, batch_id: str, shop: Shop, *, now: datetime
) -> Decision:
    """Decide on data read just now. The claim that follows is refused if the mailbox has changed since.

    Reasons of a skip: `no_customer`, `no_address`, `address_changed`, those of `may_mail`, `already_sent`, `too_late`,
    and last of all `holdout`: those are people who would have been mailed now.
    """
    if customer is None:
        return Skip("no_customer")
    if customer.mailbox is None:
        return Skip("no_address")
    if message.audience.mailbox not in (None, customer.mailbox):
        return Skip("address_changed")
    box = mailbox or Mailbox(hash=customer.mailbox)
    refusal = may_mail(box, topic=message.topic, stream=message.stream, at=now)
    if refusal is not None:
        return Skip(refusal)
    claim = box.recent.get(message.send_key)
    if claim is not None and claim.batch_id != batch_id:
        return Skip("already_sent")
    decision = _in_time(message, due_for(message, customer, shop), now)
    if isinstance(decision, Send) and is_held_out(message.name, customer.id, message.holdout_percent):
        return Skip("holdout")
    return decision


def _in_time(message: Message, due: datetime, now: datetime) -> Decision:
    if message.not_before is not None and now < message.not_before:
        return Defer(due)  # to the second: who undoes the launch by then is told that nobody was mailed
    if now > due + message.max_lateness:
        return Skip("too_late")
    if due > now + _SOON:
        return Defer(due)
    return Send()
