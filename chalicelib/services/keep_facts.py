"""What is kept of SES's event files: the facts without an address, by a keyed hash of the person, to be read again."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from datetime import datetime
from typing import Any

from chalicelib.domain.erasures import Erasure
from chalicelib.domain.mail_events import MailEvent
from chalicelib.ports import App

RAW, KEPT = "events/", "facts/"
_PERSON = "person"  # in the place of the customer's id
_KEPT_AS_THEY_ARE = [item.name for item in fields(MailEvent) if item.name not in {"customer_id", "at"}]
_LATER = frozenset(item.name for item in fields(MailEvent) if item.default is not MISSING)
_GZIP = b"\x1f\x8b"


def keep_facts(app: App, raw_key: str, events: Sequence[MailEvent]) -> None:
    """Write the facts of one raw file under a name made of its own. Repeating writes the same.

    A copy of the file below `events/` is read like a file of SES's: that is how facts are read again.
    """
    if not events:
        return
    lines = "\n".join(json.dumps(_fields(app, event), ensure_ascii=False) for event in events)
    key = KEPT + raw_key.removeprefix(RAW).removesuffix(".gz") + ".jsonl.gz"
    app.files.put(key, gzip.compress(lines.encode(), compresslevel=6, mtime=0), "application/gzip")


def _fields(app: App, event: MailEvent) -> dict[str, Any]:
    values = {**asdict(event), "at": event.at.isoformat()}
    del values["customer_id"]
    return {_PERSON: app.keyed.person(event.customer_id), **values}


def is_fact(document: Any) -> bool:
    """Whether a document of an event file is one of these, and none of SES's own."""
    return isinstance(document, Mapping) and _PERSON in document


def fact_from_fields(app: App, document: Mapping[str, Any]) -> MailEvent | None:
    """The event that was kept; None where its batch has nobody of that hash any more.

    Raises:
        ValueError: it is no such document.
    """
    try:
        batch = app.batches.get(document["message_id"], document["batch_id"])
        # A file of facts that is older than a field lacks it.
        values = {name: document[name] for name in _KEPT_AS_THEY_ARE if name in document or name not in _LATER}
        at = datetime.fromisoformat(document["at"])
    except (KeyError, TypeError) as error:
        raise ValueError("no kept fact") from error
    for person in batch.people if batch else ():
        if app.keyed.person(person) == document[_PERSON]:
            return MailEvent(customer_id=person, at=at, **values)
    return None


def documents(content: bytes) -> Iterator[Any]:
    """Every JSON value of a file, with nothing or white space between them; None for a line that is no JSON.

    On AWS a file is a gzip of many, on a local stack one plain object.
    """
    if content.startswith(_GZIP):
        content = gzip.decompress(content)
    decoder, text, place = json.JSONDecoder(), content.decode(errors="replace"), 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        try:
            document, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            end = text.find("\n", place)
            document, place = None, len(text) if end < 0 else end
        yield document


def without_person(content: bytes, erasure: Erasure) -> bytes:
    """A raw file without what names the person, and then without what is no JSON; the very same bytes otherwise."""
    found = list(documents(content))
    left = [one for one in found if not erasure.mentioned_in(json.dumps(one, ensure_ascii=False))]
    unread = None in found and erasure.mentioned_in(_text(content))
    if len(left) == len(found) and not unread:
        return content
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in left if one is not None).encode()


def _text(content: bytes) -> str:
    return (gzip.decompress(content) if content.startswith(_GZIP) else content).decode(errors="replace")
