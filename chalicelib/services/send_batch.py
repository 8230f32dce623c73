"""Use case: send one batch. At most one mail a person, whatever is repeated, raced, killed or lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.batches import batches_of_deferred, deferred_rows
from chalicelib.domain.customers import Customer
from chalicelib.domain.failed_mails import RENDERING
from chalicelib.domain.messages import Batch, Message, Row
from chalicelib.domain.shop import Shop
from chalicelib.errors import StaleRevision
from chalicelib.ports import App
from chalicelib.services.claim_people import Claimed, claim_people
from chalicelib.services.finish_mails import finish_mails
from chalicelib.services.give_back import give_back
from chalicelib.services.hand_over import hand_over
from chalicelib.services.handing import SHORTLY, HandOver
from chalicelib.services.note_movement import note_movement
from chalicelib.services.pause_failing import pause_failing
from chalicelib.services.send_vouchers import send_vouchers
from chalicelib.services.share_pace import admit, mails_a_call
from chalicelib.services.wake_senders import AGAIN_AFTER, wake_later

LEAST_TIME = timedelta(seconds=15)  # with less left at the start, nothing is claimed
_LEASE_BEYOND = timedelta(seconds=30)  # a lease outlives the attempt that holds it
_MAY_BE_SENT = frozenset({"sent", "unknown"})


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One leased run over a batch."""

    app: App
    message: Message
    batch: Batch
    shop: Shop
    read_at: datetime  # when the message was read, on the machine's clock

    def row(self, person: str, status: str, reason: str = "", **more: str | None) -> Row:
        return Row(
            message_id=self.batch.message_id,
            batch_id=self.batch.id,
            customer_id=person,
            status=status,  # type: ignore[arg-type]
            reason=reason,
            at=self.app.clock.now(),
            variant=self.batch.variant,
            **more,  # type: ignore[arg-type]
        )


def send_batch(app: App, message_id: str, batch_id: str, *, deadline: datetime) -> None:
    """Send to everyone of the batch who has no row yet.

    The steps and what each protects: lease (one attempt at a time), claim (one mail a mailbox), keep (the same mail on
    a repeat), mark (who was with SES when an attempt died), call, row. A later attempt finds people under a foreign
    mark without a row: those, and only those, are `unknown`.

    Args:
        app: the ports.
        message_id: of the batch.
        batch_id: a batch that is done, paused or held by a live rival is left alone; the tick comes back to it.
            Where the rate has work enough, its message is sent again with a delay.
        deadline: on the machine's clock; before it the attempt hands back what it has not done.
    """
    now = app.clock.real()
    message, batch = app.messages.get(message_id), app.batches.get(message_id, batch_id)
    if message is None or batch is None or batch.done or message.state == "paused" or deadline - now < LEAST_TIME:
        return
    shop = app.catalog.shop()
    if (batch.lease and batch.lease.until >= now) or (message.state != "cancelled" and _sent_away(app, batch, shop)):
        return
    leased = app.batches.lease(batch, app.ids.new(), now, deadline + _LEASE_BEYOND)
    if leased is None:
        return
    try:
        _run(_Attempt(app, message.arm(batch.variant), leased, shop, now), deadline)
    except StaleRevision:
        return  # the lease ran out and another attempt has it; what we did is in the rows


def _sent_away(app: App, batch: Batch, shop: Shop) -> bool:
    """Whether others have work enough for the rate: then the message comes again later, which is no failure."""
    away = admit(app, batch.stream, len(batch.people), mails_a_call(bulk=shop.bulk))
    if away is not None and away.delay is not None:
        wake_later(app, batch, away.delay)
    return away is not None


def _run(attempt: _Attempt, deadline: datetime) -> None:
    app, batch = attempt.app, attempt.batch
    # Nobody has written a row before the first attempt.
    rows = app.rows.of(batch.message_id, batch.id) if batch.attempts > 1 else {}
    used = _settle_foreign_mark(attempt, rows)
    _finish_earlier(attempt, rows, used)
    left = [person for person in batch.people if person not in rows]
    if attempt.message.state == "cancelled":
        _cancel(attempt, left, used)
        note_movement(app, attempt.message)
        app.batches.finish(batch)
        return
    claimed = claim_people(app, attempt.message, batch, left, used, attempt.shop)
    _settle_unclaimed(attempt, claimed)
    outcome = _send(attempt, claimed.to_send, deadline) if claimed.to_send else HandOver()
    if outcome.left + len(claimed.undecided) < len(left):
        note_movement(app, attempt.message)
    if outcome.left or claimed.undecided:
        _hand_back(app, batch, outcome.delay)
    else:
        app.batches.finish(batch)


def _hand_back(app: App, batch: Batch, delay: timedelta | None) -> None:
    """Give the lease up; the message comes again by itself, or, where the whole account waits, with a tick."""
    now = app.clock.now()
    app.batches.hand_back(batch, now if delay is None else now + delay + AGAIN_AFTER)
    if delay is not None:
        wake_later(app, batch, delay)


def _settle_foreign_mark(attempt: _Attempt, rows: dict[str, Row]) -> set[str]:
    """The mailboxes to which this batch has sent, or may have; no second mail goes there.

    Whoever an earlier attempt was handing to SES when it died gets a row: sent or not, nobody knows yet. The row of an
    event that came before ours lacks the mailbox, so the mark is asked for that, too.
    """
    mark = attempt.batch.in_flight
    marked = dict(zip(mark.people, mark.mailboxes, strict=True)) if mark else {}
    lost = {
        person: attempt.row(person, "unknown", "answer_lost", mailbox=mailbox)
        for person, mailbox in marked.items()
        if person not in rows
    }
    attempt.app.rows.record(list(lost.values()))
    rows |= lost
    mailboxes = {row.mailbox or marked.get(person) for person, row in rows.items() if row.status in _MAY_BE_SENT}
    return {mailbox for mailbox in mailboxes if mailbox}


def _finish_earlier(attempt: _Attempt, rows: dict[str, Row], used: set[str]) -> None:
    """What an attempt that died between a row and what follows from it left undone. Nothing after a clean stop."""
    later = batches_of_deferred(attempt.batch, rows.values())
    if later:
        attempt.app.batches.create_many(later)
    failed = {person: row.mailbox for person, row in rows.items() if row.status == "failed"}
    give_back(attempt.app, attempt.message, attempt.batch, _unless_used(failed, used))


def _unless_used(people: dict[str, str | None], used: set[str]) -> dict[str, str | None]:
    return {person: mailbox if mailbox not in used else None for person, mailbox in people.items()}


def _cancel(attempt: _Attempt, people: Sequence[str], used: set[str]) -> None:
    app = attempt.app
    if attempt.batch.attempts > 1:
        customers = app.customers.get_many(people)
        held = {person: customers[person].mailbox if person in customers else None for person in people}
        give_back(app, attempt.message, attempt.batch, _unless_used(held, used))
    app.rows.record([attempt.row(person, "skipped", "cancelled") for person in people])


def _settle_unclaimed(attempt: _Attempt, claimed: Claimed) -> None:
    """Write who was skipped, and hand whoever is due later to a batch of their own: the row first, then the batch."""
    app, batch = attempt.app, attempt.batch
    if batch.attempts > 1:  # an earlier one may have claimed and issued for them
        give_back(app, attempt.message, batch, claimed.dropped)
    waiting = [(customer.id, wait.until, wait.why) for customer, wait in claimed.waiting]
    moved = deferred_rows(batch, waiting, app.clock.now())
    app.rows.record(claimed.skipped + moved)
    app.batches.create_many(batches_of_deferred(batch, moved))


def _send(attempt: _Attempt, people: Sequence[Customer], deadline: datetime) -> HandOver:
    app, message, batch = attempt.app, attempt.message, attempt.batch
    offer = app.catalog.offer(message.offer, attempt.shop) if message.offer else None
    vouchers = send_vouchers(app, message, batch, attempt.shop, offer, people)
    finished = finish_mails(app, message, batch, attempt.shop, offer, people, vouchers)
    mailboxes = {customer.id: customer.mailbox for customer in people}
    app.rows.record(
        [
            attempt.row(person, "failed", f"{RENDERING}{reason}", mailbox=mailboxes[person])
            for person, reason in finished.failed.items()
        ]
    )
    give_back(app, message, batch, {person: mailboxes[person] for person in finished.failed})
    ready = [(customer, finished.mails[customer.id]) for customer in people if customer.id in finished.mails]
    if pause_failing(app, message, batch, finished.failed, len(people)):
        return HandOver(left=len(ready), delay=SHORTLY)
    outcome = hand_over(app, batch, ready, vouchers, bulk=attempt.shop.bulk, deadline=deadline, read_at=attempt.read_at)
    give_back(app, message, batch, {customer.id: customer.mailbox for customer in outcome.refused})
    return outcome
