"""Use case: remember that a human clicked, so that whoever reacts goes on getting mail."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.ports import App
from chalicelib.services.retrying import retrying

_ONCE = timedelta(days=1)


def note_engagement(app: App, mailbox: str, at: datetime) -> bool:
    """Note the click with the mailbox; whether it was written.

    At most one write a day and mailbox: rules ask for months. Repeats and clicks out of order change nothing. A
    mailbox that is not known, as after an erasure, stays unknown.

    Args:
        app: the ports.
        mailbox: keyed hash of the address.
        at: of a click that a human made, aware UTC.
    """
    return retrying(lambda: _note(app, mailbox, at))


def _note(app: App, hash_: str, at: datetime) -> bool:
    box = app.mailboxes.get(hash_)
    if box is None or (box.suppression is not None and box.suppression.reason == "erased"):
        return False
    if box.last_click_at is not None and at < box.last_click_at + _ONCE:
        return False
    app.mailboxes.put(replace(box, last_click_at=at))
    return True
