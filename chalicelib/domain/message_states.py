"""Which states a launched message can have, which moves there are between them, and how a move is noted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.messages import Message, MessageState, Move
from chalicelib.errors import Conflict

# From each state, those to which a person, the planner, the watchdog or the protection of the account may move it.
# `planning` comes again after a pause: the planner goes on where it stopped, or finds at once that all is planned.
MOVES: Mapping[MessageState, frozenset[MessageState]] = {
    "planning": frozenset({"sending", "paused", "stalled", "cancelled", "done"}),
    "sending": frozenset({"paused", "stalled", "done", "cancelled"}),
    "paused": frozenset({"planning", "sending", "cancelled"}),
    "stalled": frozenset({"planning", "sending", "paused", "done", "cancelled"}),
    "done": frozenset(),
    "cancelled": frozenset(),
}
ENDED: frozenset[MessageState] = frozenset({"done", "cancelled"})
_KEPT = 50  # moves; a campaign that waits for a daily quota stalls and goes on for weeks


def moved(message: Message, to: MessageState, reason: str, at: datetime) -> Message:
    """The message in its new state, still under the revision that was read: a store writes it, or refuses.

    Args:
        message: as it was read.
        to: the new state.
        reason: why, in words for the marketer; "" where the state says all.
        at: business time.

    Raises:
        Conflict: there is no such move.
    """
    if to not in MOVES[message.state]:
        sources = sorted(state for state, targets in MOVES.items() if to in targets)
        raise Conflict(f"{message.name!r} is {message.state}; it can become {to} only from {', '.join(sources)}.")
    frozen = at if message.state in {"planning", "stalled"} and to == "sending" else None
    return replace(
        message,
        state=to,
        state_reason=reason,
        moves=_noted(message.moves, Move(state=to, reason=reason, at=at)),
        frozen_at=message.frozen_at or frozen,
    )


def _noted(moves: tuple[Move, ...], fresh: Move) -> tuple[Move, ...]:
    """With one more; the first, which says why it began, stays."""
    return (*moves, fresh) if len(moves) < _KEPT else (moves[0], *moves[2:], fresh)


def planned(message: Message, at: datetime) -> Message:
    """The message once all its people stand in batches; one that was cancelled before it began stays so."""
    if message.state == "cancelled":
        return replace(message, frozen_at=message.frozen_at or at)
    return moved(message, "sending", message.state_reason if message.state == "planning" else "", at)


def is_to_be_planned(message: Message) -> bool:
    """Whether there are people without a batch: of a part that never began, too, for they are counted as cancelled."""
    if message.state == "planning":
        return True
    started = message.state == "stalled" or (message.state == "cancelled" and message.is_part)
    return started and message.frozen_at is None


def state_since(message: Message) -> datetime:
    """When its state began."""
    return message.moves[-1].at if message.moves else message.created_at
