"""What a mailbox remembers of the mails it was sent: claims in force, and sends that only count any more.

A claim keeps a message from going twice, so it stays until no attempt of its message can send: the last moment at
which the message may go, and two days, since two customers with one address may live in different zones; half a year
where later parts of a campaign share its once key. Then it shrinks to a time and a topic, and those go as soon as no
rule asks about them: the item stays well under one kilobyte.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.caps import Cap, Caps
from chalicelib.domain.engagement import ENOUGH_MAILS, UNENGAGED_AFTER
from chalicelib.domain.mailboxes import Claim, Mailbox, Sent
from chalicelib.domain.messages import Message

_BEYOND = timedelta(days=2)  # the earliest and the latest zone lie 26 hours apart
_LATER_PARTS = timedelta(days=180)  # a stage begins when somebody lets it
_UNNOTED = timedelta(days=35)  # of claims by a version that did not note their end


def claim_of(message: Message, batch_id: str, due: datetime, now: datetime) -> Claim:
    """The claim of a message by a batch, for somebody who is due at `due`."""
    return Claim(
        batch_id=batch_id,
        at=now,
        topic=message.topic if message.stream == "marketing" else None,
        until=max(due, now) + message.max_lateness + (_LATER_PARTS if message.has_parts else _BEYOND),
    )


def with_claim(box: Mailbox, send_key: str, claim: Claim, caps: Caps) -> Mailbox:
    """The mailbox as it stands once it is claimed. What nobody can attempt any more shrinks, or goes."""
    over = [one for one in box.recent.values() if _end(one) <= claim.at]
    if not over:
        return replace(box, recent={**box.recent, send_key: claim})
    held = {key: one for key, one in box.recent.items() if _end(one) > claim.at}
    past = (*box.sends, *(Sent(topic=one.topic, at=one.at) for one in over if one.topic is not None))
    return replace(box, recent={**held, send_key: claim}, sends=_needed(past, caps, claim.at))


def marketing_mails(box: Mailbox, *, without: str = "") -> list[Sent]:
    """Every marketing mail that is remembered, newest first; the one under the send key `without` left out."""
    claims = [
        Sent(topic=one.topic, at=one.at) for key, one in box.recent.items() if key != without and one.topic is not None
    ]
    return sorted((*box.sends, *claims), key=_at, reverse=True)


def last_mail(box: Mailbox, *, without: str = "") -> datetime | None:
    """When the newest mail of any kind was claimed, also a transactional one of the last days."""
    claims = [one.at for key, one in box.recent.items() if key != without]
    return max((*claims, *(sent.at for sent in box.sends)), default=None)


def _end(claim: Claim) -> datetime:
    return claim.until or claim.at + _UNNOTED


def _needed(past: Iterable[Sent], caps: Caps, now: datetime) -> tuple[Sent, ...]:
    """Those of which a rule may still ask: the newest of all, and of each topic that has a cap."""
    newest = sorted(past, key=_at, reverse=True)
    rules: list[tuple[str | None, Cap]] = [(None, Cap(count=ENOUGH_MAILS, per=UNENGAGED_AFTER))]
    rules += [(None, caps.all)] if caps.all is not None else []
    rules += caps.topics.items()
    kept: set[int] = set()  # places, for two mails of one second are two
    for topic, cap in rules:
        asked = [place for place, one in enumerate(newest) if topic in (None, one.topic) and one.at > now - cap.per]
        # One more than a cap allows: an important message has a place of its own (domain/caps.py).
        kept.update(asked[: cap.count + 1])
    return tuple(sorted((newest[place] for place in kept), key=lambda sent: (sent.at, sent.topic)))


def _at(sent: Sent) -> datetime:
    return sent.at
