"""How many mails that ask to confirm leave in one hour, whatever is entered into the shop's forms."""

from functools import partial

from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying

SHARDS = 10  # so that sign-ups of one moment seldom meet at one item
MOST_AN_HOUR = 1000  # of the shop; a shard lets a tenth of them through


def count_sign_up(app: App, mailbox: str) -> bool:
    """Take one of the hour's places; False where they are used up. Holds over all processes, under any race.

    Raises:
        StaleRevision: rivals wrote at every try; nothing was sent, trying again helps.
    """
    return retrying(partial(_count, app, f"sign-ups-{int(mailbox[:8], 16) % SHARDS}"))


def _count(app: App, name: str) -> bool:
    # Real time: moving a local stack's clock must not open the door.
    hour = app.clock.real().strftime("%Y-%m-%dT%H")
    document = app.catalog.get("throttle", name) or Document(kind="throttle", name=name, body={})
    used = int(document.body["count"]) if document.body.get("hour") == hour else 0
    if used >= MOST_AN_HOUR // SHARDS:
        return False
    body = {"hour": hour, "count": used + 1}
    app.catalog.put(Document(kind="throttle", name=name, body=body, revision=document.revision))
    return True
