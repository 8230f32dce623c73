"""Use case: how the shop's mails stand with those who receive them: bounces and complaints, against the limits."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.dates import instant_text
from chalicelib.domain.messages import Message, Row
from chalicelib.domain.outcomes import Tally
from chalicelib.domain.reputation import MOST_BOUNCES, MOST_COMPLAINTS, WARN_BOUNCES, WARN_COMPLAINTS, standing
from chalicelib.domain.rounding import quotient
from chalicelib.ports import App
from chalicelib.services.list_flows import list_flows

DAYS = 30
MOST_BATCHES = 1_000  # that are counted while somebody waits: 50,000 mails, the latest launches first
_GROUPS = ("day", "provider", "topic", "mailing")

Fields = dict[str, Any]


def show_reputation(app: App, days: int = DAYS) -> Fields:
    """The rates in all, and by day, mailbox provider, topic and mailing (a campaign or a flow), of the latest launches.

    Counted from rows, so events that come late or twice change nothing. Where the launches of that time have more
    batches than can be counted while somebody waits, it says since when it counted (`since`).

    Args:
        app: the ports.
        days: launches of so many days.
    """
    now, zone, total = app.clock.now(), app.catalog.shop().zone, Tally()
    since, left = now - timedelta(days=days), MOST_BATCHES
    for message in _launched(app, since):
        batches = list(islice(app.batches.of(message.id), left + 1))
        if len(batches) > left:
            since = message.created_at
            break
        left -= len(batches)
        traits = partial(_traits, message=message, zone=zone)
        for batch in batches:
            total.add(batch, app.rows.of(message.id, batch.id), traits)
    return {
        "report": "reputation",
        "counted_at": instant_text(now),
        "since": instant_text(since),
        **_rates(total.sent, total.bounced, total.complained),
        "limits": {
            "bounces": {"warn": WARN_BOUNCES, "pause": MOST_BOUNCES},
            "complaints": {"warn": WARN_COMPLAINTS, "pause": MOST_COMPLAINTS},
        },
        "by": {kind: _groups(kind, total.groups.get(kind, {})) for kind in _GROUPS},
    }


def _launched(app: App, since: datetime) -> list[Message]:
    """What was launched since then, the latest first."""
    return sorted(
        (message for message in _all(app) if message.created_at >= since),
        key=lambda message: (message.created_at, message.id),
        reverse=True,
    )


def _all(app: App) -> Iterator[Message]:
    for document in app.catalog.list("campaign"):
        yield from app.messages.of("c", document.name)
    for flow in list_flows(app):
        yield from app.messages.of("f", flow.name)


def _traits(row: Row, message: Message, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    if row.status != "sent":
        return
    yield "day", row.at.astimezone(zone).date().isoformat()
    yield "provider", row.provider or ""
    yield "topic", message.topic
    yield "mailing", f"{message.source} {message.name}"


def _groups(kind: str, found: Mapping[str, Counter[str]]) -> list[Fields]:
    """Days from the latest on; everything else from the largest on."""
    told = [
        {"name": name, **_rates(counts["sent"], counts["bounced"], counts["complained"])}
        for name, counts in found.items()
    ]
    if kind == "day":
        return sorted(told, key=lambda one: str(one["name"]), reverse=True)
    return sorted(told, key=lambda one: (-int(one["sent"]), str(one["name"])))


def _rates(sent: int, bounced: int, complained: int) -> Fields:
    known = standing(sent, bounced, complained)
    return {
        "sent": sent,
        "bounced": bounced,
        "complained": complained,
        "bounce_rate": quotient(bounced, sent, 6),
        "complaint_rate": quotient(complained, sent, 6),
        "state": known.state,
        "words": known.words,
    }
