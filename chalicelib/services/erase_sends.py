"""How the records of what a person was sent lose the person: under a random name they still count in every report."""

import json
from dataclasses import replace

from chalicelib.domain.erasures import Erasure
from chalicelib.domain.message_states import is_to_be_planned
from chalicelib.domain.messages import Row
from chalicelib.errors import StaleRevision
from chalicelib.ports import App
from chalicelib.services.erase_mailboxes import erase_mailboxes, shared
from chalicelib.services.kept_mails import forget_kept
from chalicelib.services.load_erasure import keep_traces
from chalicelib.services.plan_pages import plans_naming

_TRIES = 3  # against rivals that write the same row or batch


def erase_sends(app: App, erasure: Erasure) -> bool:
    """Rename the person in batches, rows, messages and plans, and take the kept mails away.

    False while a sender or a planner that may have read the old name is at work: both end within minutes.
    """
    erasure = _with_old_addresses(app, erasure)
    places = {key[:2] for key in app.rows.keys_of(erasure.customer_id)}
    places |= {(batch.message_id, batch.id) for batch in app.batches.undone() if erasure.customer_id in batch.people}
    done = [_erase_from(app, erasure, *place) for place in sorted(places)]
    messages = {message_id for message_id, _ in places} | set(app.batches.to_plan())
    done += [_erase_from_message(app, erasure, message_id) for message_id in sorted(messages)]
    return all(done) and _erase_from_plans(app, erasure) and not app.rows.keys_of(erasure.customer_id)


def _with_old_addresses(app: App, erasure: Erasure) -> Erasure:
    """Rows know the mailboxes that the person had when they were mailed: those are suppressed, too."""
    rows = app.rows.get_many(app.rows.keys_of(erasure.customer_id))
    found = {row.mailbox for row in rows.values() if row.mailbox} - set(erasure.mailboxes)
    if not found:
        return erasure
    known = keep_traces(app, erasure, sorted(found))
    erase_mailboxes(app, known)
    return known


def _erase_from(app: App, erasure: Erasure, message_id: str, batch_id: str) -> bool:
    for _ in range(_TRIES):
        batch = app.batches.get(message_id, batch_id)
        if batch is None or erasure.customer_id not in batch.people:
            app.rows.delete((message_id, batch_id, erasure.customer_id))  # it counts for nobody
            return True
        if batch.lease is not None and batch.lease.until >= app.clock.real():
            return False
        forget_kept(app, message_id, batch_id, erasure.customer_id)
        row = app.rows.get(message_id, batch_id, erasure.customer_id)
        if app.batches.rename(batch, erasure.customer_id, erasure.gone, _renamed(app, erasure, row), app.clock.real()):
            return True
    return False


def _renamed(app: App, erasure: Erasure, row: Row | None) -> Row | None:
    if row is None:
        return None
    # A refusal by SES may quote the address; what stands before the colon is the code.
    reason = row.reason.partition(":")[0] if row.status == "failed" else row.reason
    # A mailbox that others have must still be known: it has had this mail.
    mailbox = row.mailbox if row.mailbox and shared(app, erasure, row.mailbox) else None
    return replace(row, customer_id=erasure.gone, reason=reason, mailbox=mailbox)


def _erase_from_message(app: App, erasure: Erasure, message_id: str) -> bool:
    message = app.messages.get(message_id)
    if message is not None and erasure.customer_id in message.audience.people:
        try:
            app.messages.rename(message, erasure.customer_id, erasure.gone)
        except StaleRevision:
            return False
    return True


def _erase_from_plans(app: App, erasure: Erasure) -> bool:
    """A page of a plan is there only until all is planned. While its planner works, wait for it."""
    free = True
    for message_id, key, content in plans_naming(app, erasure.customer_id):
        message = app.messages.get(message_id)
        if message is not None and is_to_be_planned(message):
            free = False
            continue
        people = [[erasure.gone if who == erasure.customer_id else who, *more] for who, *more in content["people"]]
        app.files.put(key, json.dumps({**content, "people": people}).encode(), "application/json")
    return free
