"""Use case: keep the finished mails of a batch before they are sent, and find, or forget, one person's again.

An attempt's mails are one file: the text that a version's mails share once, and for each person the rest. Files of the
first version hold every mail whole.
"""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.messages import Batch
from chalicelib.domain.templates import Mail, Slotted
from chalicelib.ports import App

_SLOTTED = ".slots.json.gz"
_FIELDS = ("to", "sender", "sender_name", "reply_to", "subject", "text", "headers", "tags", "configuration_set")
_LEVEL = 1  # of gzip: level 6 takes four times the time and saves a tenth


def keep_mails(app: App, batch: Batch, mails: Mapping[str, Mail]) -> None:
    """Keep what this attempt has finished, by customer id. A repeat of the attempt's write changes nothing."""
    shared: dict[tuple[str, ...], int] = {}
    people = {
        person: [shared.setdefault(mail.body.fixed, len(shared)), mail.body.slots, _rest(mail)]
        for person, mail in mails.items()
    }
    key = f"{_prefix(batch.message_id, batch.id)}{batch.attempts:06}{_SLOTTED}"
    app.files.create(key, _packed({"fixed": list(shared), "mails": people}), "application/gzip")


def kept_mails(app: App, message_id: str, batch_id: str) -> dict[str, Mail]:
    """By customer id: the newest that was kept for each, which is the one that was sent."""
    found: dict[str, Mail] = {}
    for key in app.files.keys(_prefix(message_id, batch_id)):
        content = app.files.get(key)
        if content is not None:
            found |= _mails(key, json.loads(gzip.decompress(content)))
    return found


def forget_kept(app: App, message_id: str, batch_id: str, person: str) -> None:
    """Take one person's mails out of what was kept; everybody else's stay exactly as they are."""
    for key in app.files.keys(_prefix(message_id, batch_id)):
        content = app.files.get(key)
        kept = json.loads(gzip.decompress(content)) if content is not None else {}
        mails = kept.get("mails", {}) if key.endswith(_SLOTTED) else kept
        if person not in mails:
            continue
        del mails[person]
        app.files.put(key, _packed(kept), "application/gzip")


def _prefix(message_id: str, batch_id: str) -> str:
    return f"kept/{message_id}/{batch_id}/"


def _packed(content: Mapping[str, Any]) -> bytes:
    return gzip.compress(json.dumps(content, ensure_ascii=False).encode(), compresslevel=_LEVEL, mtime=0)


def _rest(mail: Mail) -> list[Any]:
    return [getattr(mail, name) for name in _FIELDS]


def _mails(key: str, kept: Mapping[str, Any]) -> dict[str, Mail]:
    if not key.endswith(_SLOTTED):
        return {person: _whole(fields) for person, fields in kept.items()}
    fixed = [tuple(texts) for texts in kept["fixed"]]
    return {
        person: Mail(body=Slotted(fixed[place], tuple(slots)), **dict(zip(_FIELDS, rest, strict=True)))
        for person, (place, slots, rest) in kept["mails"].items()
    }


def _whole(fields: Mapping[str, Any]) -> Mail:
    return Mail(body=Slotted((fields["html"],)), **{name: fields[name] for name in _FIELDS})
