"""Use case: after a restore from a backup, say again what people withdrew since, from the files kept apart."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from chalicelib.domain.mailboxes import Mailbox
from chalicelib.domain.withdrawals import Withdrawal, replay, withdrawal_from_fields
from chalicelib.ports import App
from chalicelib.services.keep_consent import keep_consent
from chalicelib.services.keep_withdrawal import PREFIX
from chalicelib.services.mirror_consent import mirror_consent
from chalicelib.services.retrying import retrying


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How far it came."""

    read: int  # withdrawals of the time
    changed: int  # mailboxes that had forgotten them
    cursor: str | None  # where to go on; None: all is done


def replay_withdrawals(app: App, since: datetime, cursor: str | None, *, deadline: datetime) -> Replayed:
    """Replay every withdrawal from `since` on, in the order of time for each address. Running it again does no harm.

    Args:
        app: the ports.
        since: the time of the backup, aware UTC; earlier is safe, too.
        cursor: of the answer before; None begins.
        deadline: on the machine's clock; after it the answer says where to go on.
    """
    read = changed = 0
    begin = cursor
    for key in _keys(app, since, begin):
        if cursor != begin and app.clock.real() >= deadline:  # one at least, so that it ends
            return Replayed(read=read, changed=changed, cursor=cursor)
        content = app.files.get(key)
        word = withdrawal_from_fields(json.loads(content)) if content is not None else None
        if word is not None and word.at >= since:
            read += 1
            changed += _apply(app, word)
        cursor = key
    return Replayed(read=read, changed=changed, cursor=None)


def _keys(app: App, since: datetime, cursor: str | None) -> Iterator[str]:
    """By day; within a day by address, then by time."""
    first = since.astimezone(UTC).date()
    last = app.clock.now().date() + timedelta(days=1)  # a withdrawal may be of a clock that runs ahead
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        prefix = f"{PREFIX}{date.fromordinal(ordinal).isoformat()}/"
        yield from (key for key in app.files.keys(prefix) if cursor is None or key > cursor)


def _apply(app: App, word: Withdrawal) -> bool:
    mailbox, changed = retrying(partial(_write, app, word))
    if word.status is not None:
        mirror_consent(app, mailbox)  # also where nothing changed: an earlier run may have died before it
    return changed


def _write(app: App, word: Withdrawal) -> tuple[Mailbox, bool]:
    stored = app.mailboxes.get(word.mailbox) or Mailbox(hash=word.mailbox)
    after = replay(stored, word)
    if after == stored:
        return stored, False
    keep_consent(app, word.mailbox, stored.consent, after.consent)
    return app.mailboxes.put(after), True
