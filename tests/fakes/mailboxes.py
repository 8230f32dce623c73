"""Mailboxes in memory, under a lock, obeying ports.Mailboxes."""

from collections.abc import Sequence
from dataclasses import replace
from threading import RLock

from chalicelib.domain.mailboxes import Mailbox
from chalicelib.errors import StaleRevision


class MemoryMailboxes:
    """Mailboxes by hash. `writes` counts what was written."""

    def __init__(self, *mailboxes: Mailbox) -> None:
        self.items: dict[str, Mailbox] = {}
        self.writes = 0
        self._lock = RLock()
        self.put_many([replace(mailbox, revision=0) for mailbox in mailboxes])

    def get(self, hash_: str) -> Mailbox | None:
        return self.items.get(hash_)

    def get_many(self, hashes: Sequence[str]) -> dict[str, Mailbox]:
        return {hash_: self.items[hash_] for hash_ in hashes if hash_ in self.items}

    def put(self, mailbox: Mailbox) -> Mailbox:
        with self._lock:
            stored = self.items.get(mailbox.hash)
            if (stored.revision if stored else 0) != mailbox.revision:
                raise StaleRevision(f"mailbox {mailbox.hash}")
            self.writes += 1
            self.items[mailbox.hash] = replace(mailbox, revision=mailbox.revision + 1)
            return self.items[mailbox.hash]

    def put_many(self, mailboxes: Sequence[Mailbox]) -> set[str]:
        stale = set()
        for mailbox in mailboxes:
            try:
                self.put(mailbox)
            except StaleRevision:
                stale.add(mailbox.hash)
        return stale

    def claim(self, mailboxes: Sequence[Mailbox], send_key: str) -> dict[str, str]:
        return {mailbox.hash: self._claim(mailbox, send_key) for mailbox in mailboxes}

    def _claim(self, mailbox: Mailbox, send_key: str) -> str:
        with self._lock:
            stored = self.items.get(mailbox.hash) or Mailbox(hash=mailbox.hash)
            held = stored.recent.get(send_key)
            if held is not None:
                return "claimed" if held.batch_id == mailbox.recent[send_key].batch_id else "taken"
            if stored.revision != mailbox.revision:
                return "changed"
            self.put(replace(stored, recent=mailbox.recent, sends=mailbox.sends))
            return "claimed"

    def release(self, hash_: str, send_key: str, batch_id: str) -> None:
        with self._lock:
            stored = self.items.get(hash_)
            held = stored.recent.get(send_key) if stored else None
            if stored and held and held.batch_id == batch_id:
                rest = {key: claim for key, claim in stored.recent.items() if key != send_key}
                self.put(replace(stored, recent=rest))
