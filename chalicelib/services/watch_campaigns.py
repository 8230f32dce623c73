"""Use case: pause a campaign that does harm to the sender's name, once, with its reason.

Nothing is added up as events come: each look counts the rows anew, so doubled, late and shuffled events come to the
same. A look is bounded: batches have random ids, so the first ones are a fair sample of a large campaign.
"""

from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from chalicelib.domain.message_states import moved
from chalicelib.domain.messages import Message
from chalicelib.domain.reputation import standing
from chalicelib.errors import StaleRevision
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying

KIND = "watch"
EVERY = timedelta(seconds=10)  # between two looks at one campaign
_CAMPAIGN = "c."  # how the ids of a campaign's messages begin
_KEPT = timedelta(days=60)  # a note of a look: longer than reports of a mailing come
SAMPLE = 400  # batches of a look, 20,000 people at most
_RUNNING = frozenset({"planning", "sending", "stalled"})
PAUSED = "Paused by itself: "  # how the reason begins


def note_harm(app: App, message_id: str) -> None:
    """Somebody complained, or an address does not exist: look at the campaign now, or let the tick do so soon."""
    if not message_id.startswith(_CAMPAIGN):
        return  # flows do not pause themselves
    document = retrying(partial(_wanted, app, message_id))
    at = document.body.get("at")
    if at is None or app.clock.now() - datetime.fromisoformat(at) >= EVERY:
        _look(app, document)


def watch_campaigns(app: App) -> None:
    """Look at each campaign that somebody noted since the last look at it."""
    now = app.clock.now()
    for document in app.catalog.list(KIND):
        if document.body["wanted"]:
            _look(app, document)
        elif now - datetime.fromisoformat(document.body["at"]) > _KEPT:
            app.catalog.delete(KIND, document.name)


def _wanted(app: App, message_id: str) -> Document:
    stored = app.catalog.get(KIND, message_id) or Document(kind=KIND, name=message_id, body={})
    # Written each time: a look that is under way must not take this event for one that it has seen.
    return app.catalog.put(_with(stored, wanted=True))


def _look(app: App, document: Document) -> None:
    """Count and judge. Whoever dies here leaves the look wanted; of several at once each comes to the same."""
    now = app.clock.now()
    try:
        document = app.catalog.put(_with(document, at=now.isoformat()))
        message = app.messages.get(document.name)
        since = document.body.get("since")
        if message is not None:
            since = _judged(app, message, since and datetime.fromisoformat(since)) or since
        app.catalog.put(_with(document, wanted=False, since=since))
    except StaleRevision:
        return  # there is news, or another one looks: it stays wanted


def _judged(app: App, message: Message, since: datetime | None) -> str | None:
    """Pause all that the campaign still sends, if need be; the moment from which on mails count for the next time.

    What a person resumed is judged by the mails that left since: the old ones were the reason of the pause before.
    """
    parts = app.messages.of("c", message.name)
    running = [one for one in parts if one.state in _RUNNING]
    # Also where an earlier look died on its way: it is finished, and not judged again.
    reasons = [one.state_reason for one in parts if one.state == "paused" and one.state_reason.startswith(PAUSED)]
    if running and not reasons:
        found = standing(*_counted(app, message, since))
        reasons = [f"{PAUSED}{found.words}."] if found.state == "bad" else []
    if not reasons:
        return None
    for one in running:
        app.messages.move(moved(one, "paused", reasons[0], app.clock.now()))
    return app.clock.now().isoformat()


def _counted(app: App, message: Message, since: datetime | None) -> tuple[int, int, int]:
    """(sent, bounced for good, complained) of a sample."""
    sent = bounced = complained = 0
    for batch in islice(app.batches.of(message.id), SAMPLE):
        for row in app.rows.of(message.id, batch.id).values() if batch.attempts else ():
            if row.status == "sent" and (since is None or row.at > since):
                sent += 1
                bounced += row.delivery == "bounced"
                complained += row.delivery == "complained"
    return sent, bounced, complained


def _with(document: Document, **body: object) -> Document:
    return Document(
        kind=KIND, name=document.name, body={"wanted": True, **document.body, **body}, revision=document.revision
    )
