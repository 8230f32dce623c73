"""Whether one person gets one message now: send, skip with a reason, or wait until an instant."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.caps import free_at
from chalicelib.domain.consent import may_mail
from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import local_instant, require_zone
from chalicelib.domain.drawing import is_held_out
from chalicelib.domain.engagement import is_unengaged
from chalicelib.domain.mail_history import last_mail, marketing_mails
from chalicelib.domain.mailboxes import Mailbox, Sent
from chalicelib.domain.messages import Message
from chalicelib.domain.quiet_times import ROOM, next_opening, open_at
from chalicelib.domain.ramp import BEHIND, coldness
from chalicelib.domain.shop import Shop

# A mail that is due within a minute goes now: clocks of two machines never agree better.
_SOON = timedelta(minutes=1)
_DAY, _FIVE_MINUTES = timedelta(days=1), timedelta(minutes=5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    why: str = ""  # the reason that the skip would have if the wait took too long; "": it was never due before


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


def planned_for(message: Message, customer: Customer, shop: Shop) -> datetime:
    """When to try this person first: when due, or once quiet hours and holidays that this falls in are over.

    Where it is not to wait for them, or they last longer than the message may be late, when due: whoever decides then
    says why not.
    """
    due = due_for(message, customer, shop)
    if message.stream != "marketing":
        return due
    at, why = _open_at(message, customer, shop, due, due)
    return due if why and not _may_wait(message, shop, due, at, why) else at


def decide(
    customer: Customer | None, mailbox: Mailbox | None, message: Message, batch_id: str, shop: Shop, *, now: datetime
) -> Decision:
    """Decide on data read just now. The claim that follows is refused if the mailbox has changed since.

    Reasons of a skip: `no_customer`, `no_address`, `address_changed`, those of `may_mail`, `already_sent`, `too_late`,
    and for marketing `unengaged`, `frequency_cap`, `too_soon`, `quiet_hours`, `holiday`: the last four also where
    waiting, which they are a reason for, would make the mail later than it may be. Last of all `holdout`: those are
    people who would have been mailed now.
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
    decision = _in_time(message, customer, shop, now)
    if isinstance(decision, Send) and message.stream == "marketing":
        decision = _welcome(message, customer, box, shop, now)
    if isinstance(decision, Send) and is_held_out(message.name, customer.id, message.holdout_percent):
        return Skip("holdout")
    return decision


def _in_time(message: Message, customer: Customer, shop: Shop, now: datetime) -> Decision:
    due = due_for(message, customer, shop)
    if message.not_before is not None and now < message.not_before:
        # To the second: who undoes the launch by then is told that nobody was mailed.
        return Defer(planned_for(message, customer, shop))
    if now > due + message.max_lateness:
        return Skip("too_late")
    if due > now + _SOON:
        return Defer(planned_for(message, customer, shop))
    return Send()


def _welcome(message: Message, customer: Customer, box: Mailbox, shop: Shop, now: datetime) -> Decision:
    """Whether one more marketing mail is welcome now: neither too many nor at a bad time."""
    mails = marketing_mails(box, without=message.send_key)
    if not message.include_unengaged and is_unengaged(customer, box, mails, now):
        return Skip("unengaged")
    free, crowded = _free_at(message, box, mails, shop, now)
    if free is None:
        return Skip(crowded)
    due = due_for(message, customer, shop)
    opened, closed = _open_at(message, customer, shop, due, _together(free) if crowded else free)
    why = closed or crowded
    if not why:
        return Send()
    return Defer(opened, why) if _may_wait(message, shop, due, opened, why) else Skip(why)


def _together(at: datetime) -> datetime:
    """The next full five minutes: people whose places come free one by one still wait in batches."""
    return at + -(at - _EPOCH) % _FIVE_MINUTES


def _may_wait(message: Message, shop: Shop, due: datetime, until: datetime, why: str) -> bool:
    return until <= _latest(message, due) and not (why == "holiday" and shop.holidays.over == "skip")


def without_place(message: Message, customer: Customer, box: Mailbox | None, shop: Shop, now: datetime) -> Decision:
    """What becomes of somebody who would be mailed, on a day on which the ramp of a new domain has no place left.

    The next day of the shop has new places, the most engaged people first: at the message's own time of day where it
    may be so late, else when the day begins for the person.
    """
    zone = require_zone(customer.time_zone or shop.time_zone)
    latest = _latest(message, due_for(message, customer, shop))
    tomorrow = local_instant(now.astimezone(shop.zone).date() + _DAY, time(), shop.zone)
    until = _own_time(message, shop, next_opening(shop.quiet_hours, shop.holidays, tomorrow, zone), latest, zone)
    return Defer(_turn(until, latest, customer, box, now), "ramp") if until <= latest else Skip("ramp")


def turn_for(message: Message, customer: Customer, box: Mailbox | None, shop: Shop, now: datetime) -> datetime:
    """When to try this person first while a domain is new: each class of engagement some minutes after the warmer."""
    latest = _latest(message, due_for(message, customer, shop))
    return _turn(planned_for(message, customer, shop), latest, customer, box, now)


def _turn(at: datetime, latest: datetime, customer: Customer, box: Mailbox | None, now: datetime) -> datetime:
    return max(at, min(at + coldness(customer, box, now) * BEHIND, latest))


def _latest(message: Message, due: datetime) -> datetime:
    """Nobody waits longer: a moment later the mail would be too late."""
    return due + message.max_lateness - ROOM


def _free_at(
    message: Message, box: Mailbox, mails: list[Sent], shop: Shop, now: datetime
) -> tuple[datetime | None, str]:
    """When caps and the pause between mails allow one more, and what it waits for; None: not to be waited for."""
    caps, free, why = shop.caps, now, ""
    exempt = message.topic in caps.exempt or (caps.exempt_dates and message.audience.date_field is not None)
    if not exempt:
        extra = 1 if message.priority == "high" else 0
        place = free_at(caps, message.topic, mails, now, extra=extra)
        if place is None or (place > now and caps.over == "skip"):
            return None, "frequency_cap"
        if place > now:
            free, why = place, "frequency_cap"
    if caps.min_gap is None:
        return free, why
    last = last_mail(box, without=message.send_key)
    return (last + caps.min_gap, "too_soon") if last is not None and last + caps.min_gap > free else (free, why)


def _open_at(message: Message, customer: Customer, shop: Shop, due: datetime, at: datetime) -> tuple[datetime, str]:
    """The first moment from `at` on that is neither in quiet hours nor on a holiday of this person, and which it was.

    After a holiday that is the message's own time of day, if that is soon enough, else the beginning of the day.
    """
    zone = require_zone(customer.time_zone or shop.time_zone)
    opened, why = open_at(shop.quiet_hours, shop.holidays, at, zone)
    if why == "holiday":
        opened = _own_time(message, shop, opened, _latest(message, due), zone)
    return opened, why


def _own_time(message: Message, shop: Shop, opened: datetime, latest: datetime, zone: ZoneInfo) -> datetime:
    """The message's own time on the day that begins at `opened`, where that is soon enough and not quiet."""
    if message.local_time is None:
        return opened
    wished = local_instant(opened.astimezone(zone).date(), message.local_time, zone)
    quiet = shop.quiet_hours is not None and shop.quiet_hours.end_at(wished, zone) is not None
    return opened if quiet or not opened < wished <= latest else wished
