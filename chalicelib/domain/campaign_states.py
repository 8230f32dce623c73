"""Where a campaign stands, told from the messages that it has launched, and what a person may do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from chalicelib.domain.launches import first_mail_at
from chalicelib.domain.message_states import ENDED, state_since
from chalicelib.domain.messages import Message

CampaignState = Literal["draft", "scheduled", "sending", "paused", "stalled", "done", "cancelled"]

# What a person may make of a campaign that stands so. A draft is launched, not moved.
ALLOWED: Mapping[CampaignState, frozenset[CampaignState]] = {
    "draft": frozenset(),
    "scheduled": frozenset({"paused", "cancelled"}),
    "sending": frozenset({"paused", "cancelled"}),
    "paused": frozenset({"sending", "cancelled"}),
    "stalled": frozenset({"sending", "paused", "cancelled"}),
    "done": frozenset(),
    "cancelled": frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A campaign's state with its reason and its time."""

    state: CampaignState
    reason: str = ""  # in words; "" where the state says all
    since: datetime | None = None  # None: a draft


def standing(messages: Sequence[Message], now: datetime) -> Standing:
    """Where the campaign stands.

    The first message stands for the campaign: it has ended only when all has. Of the others, and of it, whatever is
    held up or gives trouble is told before what goes well.

    Args:
        messages: all of the campaign, the first one first; none before the launch.
        now: to tell whether the first mail may have left.
    """
    if not messages:
        return Standing(state="draft")
    first = messages[0]
    if first.state in ENDED:
        return _of(first, "done" if first.state == "done" else "cancelled")
    for state in ("paused", "stalled"):
        for message in messages:
            if message.state == state:
                return _of(message, "paused" if state == "paused" else "stalled")
    if _is_waiting(messages, now):
        return Standing(state="scheduled", reason=_when(first, now), since=first.created_at)
    live = [message for message in messages if message.state not in ENDED]
    return _of(live[-1], "sending")


def _of(message: Message, state: CampaignState) -> Standing:
    return Standing(state=state, reason=message.state_reason, since=state_since(message))


def _is_waiting(messages: Sequence[Message], now: datetime) -> bool:
    """Whether nothing can have left yet, or, of a campaign that repeats, nothing is under way."""
    first = messages[0]
    if first.campaign is not None and "repeat" in first.campaign:
        return all(message.state in ENDED for message in messages[1:])
    return now < first_mail_at(first)


def _when(first: Message, now: datetime) -> str:
    if first.not_before is not None and now < first.not_before:
        return f"can be undone until {_shown(first.not_before)}; nothing leaves before"
    if first.campaign is not None and "repeat" in first.campaign:
        return "waits for its next day"
    return f"goes out from {_shown(first_mail_at(first))}"


def _shown(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
