"""How many mails that ask to confirm leave in one hour, whatever is entered into the shop's forms."""

from dataclasses import replace
from functools import partial

from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying

SHARDS = 10  # so that sign-ups of one moment seldom meet at one item
MOST_AN_HOUR = 1000  # of the shop; a shard lets a tenth of them through


def sign_ups_used_up(app: App, mailbox: str) -> bool:
    """Whether no more can leave in this hour: then nothing is stored for whatever else is entered."""
    _, used, _ = _read(app, mailbox)
    return used >= MOST_AN_HOUR // SHARDS


def count_sign_up(app: App, mailbox: str) -> bool:
    """Take one of the hour's places; False where they are used up. Holds over all processes, under any race.

    Raises:
        StaleRevision: rivals wrote at every try; nothing was sent, trying again helps.
    """
    return retrying(partial(_count, app, mailbox))


def _count(app: App, mailbox: str) -> bool:
    document, used, hour = _read(app, mailbox)
    if used >= MOST_AN_HOUR // SHARDS:
        return False
    app.catalog.put(replace(document, body={"hour": hour, "count": used + 1}))
    return True


def _read(app: App, mailbox: str) -> tuple[Document, int, str]:
    name = f"sign-ups-{int(mailbox[:8], 16) % SHARDS}"
    # Real time: moving a local stack's clock must not open the door.
    hour = app.clock.real().strftime("%Y-%m-%dT%H")
    document = app.catalog.get("throttle", name) or Document(kind="throttle", name=name, body={})
    return document, int(document.body["count"]) if document.body.get("hour") == hour else 0, hour
