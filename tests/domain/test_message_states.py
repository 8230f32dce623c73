"""Which moves a launched message allows, and what a move notes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.message_states import ENDED, MOVES, is_to_be_planned, moved, planned, state_since
from chalicelib.domain.messages import Message, MessageState, Move
from chalicelib.errors import Conflict

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SALE = Message(
    id="c.sale", source="campaign", name="sale", once_key="c.sale", template="t", versions={}, created_at=NOW
)
STATES = get_args(MessageState)
states = st.sampled_from(STATES)


def test_the_moves_are_these():
    """A change of this table is a change of what people may do: read docs/campaigns.md, too."""
    assert {(state, to) for state, targets in MOVES.items() for to in targets} == {
        *(("planning", to) for to in ("sending", "paused", "stalled", "cancelled", "done")),
        *(("sending", to) for to in ("paused", "stalled", "cancelled", "done")),
        *(("stalled", to) for to in ("planning", "sending", "paused", "cancelled", "done")),
        *(("paused", to) for to in ("planning", "sending", "cancelled")),
    }


@pytest.mark.parametrize("to", STATES)
@pytest.mark.parametrize("state", STATES)
def test_only_these_moves_are_allowed(state, to):
    message = replace(SALE, state=state)

    if to in MOVES[state]:
        assert moved(message, to, "why", NOW).state == to
    else:
        with pytest.raises(Conflict, match=f"'sale' is {state}; it can become {to} only from"):
            moved(message, to, "why", NOW)


@given(st.lists(states, max_size=80))
def test_a_walk_through_the_moves_keeps_what_it_promises(walk):
    """Invariant 10: what has ended stays so; the time of the state is that of its move; the first move is kept."""
    message, made = SALE, 0
    for step, to in enumerate(walk, 1):
        try:
            following = moved(message, to, f"step {step}", NOW + step * MINUTE)
        except Conflict:
            continue
        assert message.state not in ENDED
        assert (following.state, following.state_reason) == (to, f"step {step}")
        assert state_since(following) == NOW + step * MINUTE
        assert following.frozen_at == (message.frozen_at or following.frozen_at)
        assert not message.moves or following.moves[0] == message.moves[0]
        message, made = following, made + 1
    assert len(message.moves) == min(made, 50)
    assert message.revision == SALE.revision


def test_only_the_first_and_the_latest_moves_are_kept():
    message = SALE
    for step in range(60):
        message = moved(message, "stalled" if step % 2 == 0 else "sending", f"step {step}", NOW + step * MINUTE)

    assert len(message.moves) == 50
    assert [message.moves[0].reason, message.moves[1].reason, message.moves[-1].reason] == [
        "step 0",
        "step 11",
        "step 59",
    ]


def test_the_audience_stands_since_the_first_time_that_all_was_planned():
    first = planned(SALE, NOW)
    again = planned(moved(moved(first, "paused", "", NOW), "planning", "", NOW), NOW + MINUTE)

    assert (first.state, first.frozen_at, again.frozen_at) == ("sending", NOW, NOW)


def test_what_was_cancelled_before_it_began_is_planned_to_be_counted_and_stays_cancelled():
    part = replace(SALE, state="cancelled", is_part=True)

    assert is_to_be_planned(part)
    assert planned(part, NOW) == replace(part, frozen_at=NOW)
    assert not is_to_be_planned(planned(part, NOW))
    assert not is_to_be_planned(replace(SALE, state="cancelled"))


@pytest.mark.parametrize(
    ("state", "frozen", "is_left"),
    [
        ("planning", None, True),
        ("planning", NOW, True),
        ("stalled", None, True),
        ("stalled", NOW, False),
        ("sending", None, False),
        ("paused", None, False),
        ("done", NOW, False),
    ],
)
def test_who_is_to_be_planned(state, frozen, is_left):
    assert is_to_be_planned(replace(SALE, state=state, frozen_at=frozen)) is is_left


def test_before_its_first_move_a_message_stands_since_it_was_made():
    assert state_since(SALE) == NOW
    assert state_since(replace(SALE, moves=(Move(state="paused", reason="", at=NOW + MINUTE),))) == NOW + MINUTE
