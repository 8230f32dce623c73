"""Use case: keep the finished mails of a batch before they are sent, and find, or forget, one person's again.

An attempt's mails are one file. Each text that mails share, and each piece of their slots, stands in it once; a
person's mail names the pieces by their places. Files of the first version hold every mail whole.
"""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.messages import Batch
from chalicelib.domain.templates import Mail, Slotted
from chalicelib.ports import App

_IN_PIECES = ".pieces.json.gz"
_FIELDS = ("to", "sender", "sender_name", "reply_to", "subject", "text", "headers", "tags", "configuration_set")
_LEVEL = 1  # of gzip: level 6 takes three times the time and saves a tenth


def keep_mails(app: App, batch: Batch, mails: Mapping[str, Mail]) -> None:
    """Keep what this attempt has finished, by customer id. A repeat of the attempt's write changes nothing."""
    key = f"{_prefix(batch.message_id, batch.id)}{batch.attempts:06}{_IN_PIECES}"
    app.files.create(key, _packed(_in_pieces(mails)), "application/gzip")


def kept_mails(app: App, message_id: str, batch_id: str) -> dict[str, Mail]:
    """By customer id: the newest that was kept for each, which is the one that was sent."""
    found: dict[str, Mail] = {}
    for key in app.files.keys(_prefix(message_id, batch_id)):
        content = app.files.get(key)
        if content is not None:
            found |= _mails(key, _unpacked(content))
    return found


def forget_kept(app: App, message_id: str, batch_id: str, person: str) -> None:
    """Take one person's mails out of what was kept; everybody else's stay exactly as they are."""
    for key in app.files.keys(_prefix(message_id, batch_id)):
        content = app.files.get(key)
        kept = _unpacked(content) if content is not None else {}
        mails = kept.get("mails", {}) if key.endswith(_IN_PIECES) else kept
        if person not in mails:
            continue
        del mails[person]
        # Pieces that nobody else has are the person's own: only what is left is packed again.
        left = _in_pieces(_mails(key, kept)) if key.endswith(_IN_PIECES) else kept
        app.files.put(key, _packed(left), "application/gzip")


def _prefix(message_id: str, batch_id: str) -> str:
    return f"kept/{message_id}/{batch_id}/"


def _packed(content: Mapping[str, Any]) -> bytes:
    return gzip.compress(json.dumps(content, ensure_ascii=False).encode(), compresslevel=_LEVEL, mtime=0)


def _unpacked(content: bytes) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(gzip.decompress(content))
    return kept


def _in_pieces(mails: Mapping[str, Mail]) -> dict[str, Any]:
    fixed: dict[tuple[str, ...], int] = {}
    pieces: dict[str, int] = {}
    people = {
        person: [
            fixed.setdefault(mail.body.fixed, len(fixed)),
            [[pieces.setdefault(piece, len(pieces)) for piece in slot] for slot in mail.body.slots],
            [getattr(mail, name) for name in _FIELDS],
        ]
        for person, mail in mails.items()
    }
    return {"fixed": list(fixed), "pieces": list(pieces), "mails": people}


def _mails(key: str, kept: Mapping[str, Any]) -> dict[str, Mail]:
    if not key.endswith(_IN_PIECES):
        return {person: _whole(fields) for person, fields in kept.items()}
    fixed, pieces = [tuple(texts) for texts in kept["fixed"]], kept["pieces"]
    return {
        person: Mail(
            body=Slotted(fixed[place], tuple([tuple([pieces[one] for one in slot]) for slot in slots])),
            **dict(zip(_FIELDS, rest, strict=True)),
        )
        for person, (place, slots, rest) in kept["mails"].items()
    }


def _whole(fields: Mapping[str, Any]) -> Mail:
    return Mail(body=Slotted((fields["html"],)), **{name: fields[name] for name in _FIELDS})
