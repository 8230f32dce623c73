"""Use case: decide about each person of a batch on fresh data, and claim the mailboxes of those to be mailed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.customers import Customer
from chalicelib.domain.decisions import Defer, Send, Skip, decide, due_for, without_place
from chalicelib.domain.mail_history import claim_of, with_claim
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.domain.messages import Batch, Message, Row
from chalicelib.domain.ramp import coldness
from chalicelib.domain.shop import Shop
from chalicelib.ports import App
from chalicelib.services.ramp_places import give_back_places, take_places

_ROUNDS = 4  # a mailbox that changes at each of so many claims is left to the next attempt


@dataclass(slots=True)
class Claimed:
    """What became of the people of one attempt before any mail was made."""

    to_send: list[Customer] = field(default_factory=list)  # their mailboxes are ours
    skipped: list[Row] = field(default_factory=list)
    waiting: list[tuple[Customer, Defer]] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)  # ids; the next attempt decides
    dropped: dict[str, str | None] = field(default_factory=dict)  # skipped or waiting -> the mailbox that we hold


def claim_people(
    app: App, message: Message, batch: Batch, people: Sequence[str], used: set[str], shop: Shop
) -> Claimed:
    """Decide and claim; whoever changed between the two is decided about again.

    Args:
        app: the ports.
        message: what they would get.
        batch: under our lease.
        people: ids of those without a row.
        used: mailboxes to which this batch has sent, or may have: no second mail goes there.
        shop: for the default time zone.
    """
    result = Claimed(undecided=list(people))
    taken = set(used)
    for _ in range(_ROUNDS):
        if not result.undecided:
            break
        _round(app, message, batch, result, taken, shop)
    for person, mailbox in result.dropped.items():
        if mailbox in taken:  # it is held for somebody else of this batch
            result.dropped[person] = None
    return result


def _round(app: App, message: Message, batch: Batch, result: Claimed, taken: set[str], shop: Shop) -> None:
    now = app.clock.now()
    customers = app.customers.get_many(result.undecided)
    boxes = app.mailboxes.get_many(sorted({c.mailbox for c in customers.values() if c.mailbox}))
    wanted: dict[str, Customer] = {}
    for person in result.undecided:
        customer = customers.get(person)
        box = boxes.get(customer.mailbox) if customer and customer.mailbox else None
        decision = decide(customer, box, message, batch.id, shop, now=now)
        if isinstance(decision, Send) and customer and customer.mailbox:
            if customer.mailbox in taken or customer.mailbox in wanted:
                decision = Skip("already_sent")
            else:
                wanted[customer.mailbox] = customer
        if isinstance(decision, Skip):
            result.skipped.append(_skipped(batch, person, decision.reason, now))
        elif isinstance(decision, Defer) and customer:
            result.waiting.append((customer, decision))
        if not isinstance(decision, Send):
            result.dropped[person] = box.hash if box and _is_ours(box, message, batch) else None
    late = _hold_back(app, message, batch, result, wanted, boxes, shop)
    result.undecided = late + _claim(app, message, batch, result, wanted, boxes, shop)
    taken.update(wanted)
    taken.difference_update(c.mailbox for c in wanted.values() if c.id in result.undecided and c.mailbox)


def _hold_back(
    app: App,
    message: Message,
    batch: Batch,
    result: Claimed,
    wanted: dict[str, Customer],
    boxes: dict[str, Mailbox],
    shop: Shop,
) -> list[str]:
    """Take those out of `wanted` for whom a new domain has no place today; ids of whom to ask for again shortly."""
    if shop.ramp is None or message.stream != "marketing":
        return []
    now = app.clock.now()
    fresh = [hash_ for hash_ in wanted if not (hash_ in boxes and _is_ours(boxes[hash_], message, batch))]
    fresh.sort(key=lambda hash_: coldness(wanted[hash_], boxes.get(hash_), now))
    places = take_places(app, shop, message.id, len(fresh), now)
    again = []
    for hash_ in fresh[places or 0 :]:
        customer = wanted.pop(hash_)
        decision = without_place(message, customer, boxes.get(hash_), shop, now)
        if places is None:
            again.append(customer.id)
        elif isinstance(decision, Defer):
            result.waiting.append((customer, decision))
            result.dropped[customer.id] = None
        elif isinstance(decision, Skip):
            result.skipped.append(_skipped(batch, customer.id, decision.reason, now))
            result.dropped[customer.id] = None
    return again


def _is_ours(box: Mailbox, message: Message, batch: Batch) -> bool:
    claim = box.recent.get(message.send_key)
    return claim is not None and claim.batch_id == batch.id


def _claim(
    app: App,
    message: Message,
    batch: Batch,
    result: Claimed,
    wanted: dict[str, Customer],
    boxes: dict[str, Mailbox],
    shop: Shop,
) -> list[str]:
    now = app.clock.now()
    held = [hash_ for hash_ in wanted if hash_ in boxes and message.send_key in boxes[hash_].recent]
    fresh = [boxes.get(hash_) or Mailbox(hash=hash_) for hash_ in wanted if hash_ not in held]
    due = {hash_: due_for(message, customer, shop) for hash_, customer in wanted.items()}
    claimed = [
        with_claim(box, message.send_key, claim_of(message, batch.id, due[box.hash], now), shop.caps) for box in fresh
    ]
    outcome = app.mailboxes.claim(claimed, message.send_key) | dict.fromkeys(held, "claimed")
    again = []
    for hash_, customer in wanted.items():
        if outcome[hash_] == "claimed":
            result.to_send.append(customer)
        elif outcome[hash_] == "taken":
            result.skipped.append(_skipped(batch, customer.id, "already_sent", now))
        else:
            again.append(customer.id)
    if message.stream == "marketing":
        give_back_places(app, shop, sum(outcome[box.hash] != "claimed" for box in fresh), now)
    return again


def _skipped(batch: Batch, person: str, reason: str, at: datetime) -> Row:
    return Row(
        message_id=batch.message_id,
        batch_id=batch.id,
        customer_id=person,
        status="skipped",
        reason=reason,
        at=at,
        variant=batch.variant,
    )
