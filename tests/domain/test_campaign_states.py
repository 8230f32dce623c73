"""Where a campaign stands, told from its messages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaign_states import ALLOWED, CampaignState, Standing, standing
from chalicelib.domain.message_states import ENDED, moved
from chalicelib.domain.messages import Message, MessageState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FIRST = Message(
    id="c.sale",
    source="campaign",
    name="sale",
    once_key="c.sale",
    template="t",
    versions={},
    campaign={"segments": ["a"]},
    state="sending",
    created_at=NOW,
)
PART = replace(FIRST, id="c.sale.stage-2", campaign=None, is_part=True)


def test_before_the_launch_it_is_a_draft():
    assert standing([], NOW) == Standing(state="draft")


@pytest.mark.parametrize(
    ("first", "part", "state"),
    [
        ("planning", None, "sending"),
        ("sending", None, "sending"),
        ("sending", "planning", "sending"),
        ("sending", "done", "sending"),
        ("sending", "paused", "paused"),
        ("sending", "stalled", "stalled"),
        ("paused", "stalled", "paused"),
        ("stalled", "sending", "stalled"),
        ("done", "done", "done"),
        ("cancelled", "sending", "cancelled"),
    ],
)
def test_what_is_held_up_is_told_before_what_goes_well(first, part, state):
    messages = [replace(FIRST, state=first), *([replace(PART, state=part)] if part else [])]

    assert standing(messages, LATER).state == state


@given(st.lists(st.sampled_from(get_args(MessageState)), min_size=1, max_size=5), st.booleans())
def test_every_combination_stands_somewhere_and_has_ended_only_with_its_first_message(states, repeats):
    first = replace(FIRST, campaign={"repeat": {"every": "day"}} if repeats else FIRST.campaign)
    messages = [replace(first if not n else PART, state=state) for n, state in enumerate(states)]

    found = standing(messages, LATER)

    assert found.state in get_args(CampaignState)
    assert (found.state in {"done", "cancelled"}) == (states[0] in ENDED)
    assert found.state != "draft"


def test_it_is_scheduled_until_the_first_mail_may_leave_and_says_when():
    first = replace(FIRST, send_at=LATER)

    assert standing([first], NOW) == Standing(
        state="scheduled", reason="goes out from 2026-11-22 13:00:00 UTC", since=NOW
    )
    assert standing([first], LATER).state == "sending"


def test_in_the_undo_window_it_says_until_when():
    first = replace(FIRST, not_before=NOW + timedelta(seconds=30))

    assert standing([first], NOW).reason == "can be undone until 2026-11-22 12:00:30 UTC; nothing leaves before"
    assert standing([first], NOW + timedelta(seconds=30)).state == "sending"


def test_the_reason_and_the_time_are_those_of_the_message_that_stands_so():
    part = moved(replace(PART, state="sending"), "paused", "complaints at 0.4 %", LATER)

    assert standing([FIRST, part], LATER) == Standing(state="paused", reason="complaints at 0.4 %", since=LATER)


def test_one_that_repeats_is_sending_only_while_a_day_is_under_way():
    first = replace(FIRST, campaign={"repeat": {"every": "day"}})

    assert standing([first], LATER).state == "scheduled"
    assert standing([first, replace(PART, state="sending")], LATER).state == "sending"
    assert standing([first, replace(PART, state="done")], LATER).state == "scheduled"


def test_what_a_person_may_do_is_this():
    assert {(state, to) for state, targets in ALLOWED.items() for to in targets} == {
        *(("scheduled", to) for to in ("paused", "cancelled")),
        *(("sending", to) for to in ("paused", "cancelled")),
        *(("paused", to) for to in ("sending", "cancelled")),
        *(("stalled", to) for to in ("sending", "paused", "cancelled")),
    }
    assert set(ALLOWED) == set(get_args(CampaignState))
