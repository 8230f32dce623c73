"""The contract of ports.Messages, run over the memory fake and over the Sends table on MiniStack."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from chalicelib.domain.message_states import moved
from chalicelib.domain.messages import Audience, FollowUp, Message, Move, Variant
from chalicelib.errors import StaleRevision
from tests.storage.sending_cases import MINUTE, NOW, at_once, batch, message

FULL = message(
    "f.birthday.2026-11-22",
    versions={"en": "v1", "de": "v2"},
    offer="gift",
    topic="birthdays",
    stream="transactional",
    audience=Audience(
        segments=("regulars",),
        exclude=("vip", "staff"),
        date_field="birthday",
        day=date(2026, 11, 22),
        people=("ann",),
        mailbox="a" * 32,
        follow_up=FollowUp(campaign="earlier", who="not_clicked"),
    ),
    campaign={"segments": ["regulars"], "variants": [{"name": "b", "offer": None, "subject": {"de": "Hallo"}}]},
    is_part=True,
    state_reason="by hand",
    moves=(Move(state="sending", reason="", at=NOW), Move(state="paused", reason="by hand", at=NOW)),
    frozen_at=NOW + MINUTE,
    moved_at=NOW + 2 * MINUTE,
    products=("tea-1", "pöt"),
    from_name="Ann, at Kettle",
    reply_to="ann@example.com",
    send_at=NOW + timedelta(hours=1, microseconds=7),
    local_time=time(9, 30),
    local_day=date(2026, 11, 22),
    max_lateness=timedelta(hours=36),
    not_before=NOW + timedelta(seconds=30),
    holdout_percent=10,
    priority="high",
    variants=(
        Variant(name="a", share=60, template="spring", versions={"en": "v1"}, offer="gift"),
        Variant(name="b", share=40, template="other", versions={"en": "v3", "de": "v4"}),
    ),
)
BARE = message("c.spring")


def to(message: Message, state: Any, reason: str = "") -> Message:
    return moved(message, state, reason, NOW)


@pytest.mark.parametrize("written", [FULL, BARE])
def test_a_message_comes_back_as_it_was_written(stores, written):
    assert stores.messages.create(written, NOW)

    assert stores.messages.get(written.id) == replace(written, revision=1)


def test_what_was_never_launched_is_nothing(stores):
    assert stores.messages.get("c.spring") is None
    assert stores.messages.of("c", "spring") == []


def test_a_message_is_created_once_and_a_second_launch_changes_nothing(stores):
    assert stores.messages.create(BARE, NOW + MINUTE)

    assert not stores.messages.create(replace(BARE, template="other"), NOW)

    assert stores.messages.get("c.spring") == replace(BARE, revision=1)
    assert stores.batches.due(NOW, 10) == []


def test_of_ten_launches_at_once_one_wins(stores):
    """A13."""
    won = at_once(lambda n: stores.messages.create(replace(BARE, template=f"t{n}"), NOW), range(10))

    assert sorted(won) == [False] * 9 + [True]
    assert stores.messages.get("c.spring").template == f"t{won.index(True)}"


def test_it_is_due_to_be_planned_from_its_instant_until_it_is_planned(stores):
    stores.messages.create(BARE, NOW + MINUTE)
    assert stores.batches.due(NOW + MINUTE - timedelta(microseconds=1), 10) == []
    assert stores.batches.due(NOW + MINUTE, 10) == [("c.spring", None)]

    found = stores.messages.move(to(stores.messages.get("c.spring"), "sending"))

    assert found == replace(to(BARE, "sending"), revision=2, frozen_at=NOW)
    assert stores.messages.get("c.spring") == found
    assert stores.batches.due(NOW + MINUTE, 10) == []


def test_a_message_that_was_paused_before_it_was_planned_is_due_again_when_it_goes_on(stores):
    """A17."""
    stores.messages.create(BARE, NOW)
    paused = stores.messages.move(to(stores.messages.get("c.spring"), "paused"))
    assert stores.batches.due(NOW, 10) == []

    resumed = stores.messages.move(to(paused, "planning"), due_at=NOW + MINUTE)

    assert stores.batches.due(NOW + MINUTE - timedelta(microseconds=1), 10) == []
    assert stores.batches.due(NOW + MINUTE, 10) == [("c.spring", None)]
    assert stores.messages.get("c.spring") == resumed == replace(to(to(BARE, "paused"), "planning"), revision=3)


def test_a_move_may_make_it_due_to_be_planned_again(stores):
    """A17: a pause may have met the planner half way."""
    stores.messages.create(BARE, NOW)
    paused = stores.messages.move(to(stores.messages.get("c.spring"), "paused"))
    assert stores.batches.due(NOW + MINUTE, 10) == []

    resumed = stores.messages.move(to(paused, "planning"), due_at=NOW + MINUTE)

    assert stores.messages.get("c.spring") == resumed == replace(to(to(BARE, "paused"), "planning"), revision=3)
    assert stores.batches.due(NOW + MINUTE - timedelta(microseconds=1), 10) == []
    assert stores.batches.due(NOW + MINUTE, 10) == [("c.spring", None)]


def test_a_move_keeps_its_reason_and_the_next_one_replaces_it(stores):
    stores.messages.create(BARE, NOW)
    paused = stores.messages.move(to(stores.messages.get("c.spring"), "paused", "complaints at 0.4 %"))
    assert stores.messages.get("c.spring").state_reason == "complaints at 0.4 %"

    stores.messages.move(to(paused, "planning"))

    found = stores.messages.get("c.spring")
    assert (found.state, found.state_reason, found.revision) == ("planning", "", 3)
    assert [(move.state, move.reason) for move in found.moves] == [
        ("paused", "complaints at 0.4 %"),
        ("planning", ""),
    ]


def test_a_move_under_an_old_revision_is_refused_and_changes_nothing(stores):
    stores.messages.create(BARE, NOW)
    seen = stores.messages.get("c.spring")
    stores.messages.move(to(seen, "paused", "by the shop"))

    with pytest.raises(StaleRevision, match=r"'c\.spring' was changed meanwhile"):
        stores.messages.move(to(seen, "sending"))

    assert stores.messages.get("c.spring") == replace(to(BARE, "paused", "by the shop"), revision=2)


def test_a_message_that_is_not_there_cannot_be_moved(stores):
    with pytest.raises(StaleRevision):
        stores.messages.move(to(replace(BARE, revision=1), "sending"))

    assert stores.messages.get("c.spring") is None


def test_of_two_moves_at_once_one_wins(stores):
    stores.messages.create(BARE, NOW)
    seen = stores.messages.get("c.spring")

    def move(state: Any) -> Any:
        try:
            return stores.messages.move(to(seen, state)).state
        except StaleRevision:
            return "refused"

    outcomes = at_once(move, ["sending", "cancelled"])

    assert outcomes.count("refused") == 1
    assert stores.messages.get("c.spring").state in outcomes


def test_the_messages_of_one_campaign_or_flow_are_listed_by_id(stores):
    for name in ("f.birthday.2026-11-23", "f.birthday.2026-11-22", "f.birthday-early.2026-11-22", "c.birthday"):
        stores.messages.create(message(name), NOW)

    assert [found.id for found in stores.messages.of("f", "birthday")] == [
        "f.birthday.2026-11-22",
        "f.birthday.2026-11-23",
    ]
    assert [found.id for found in stores.messages.of("c", "birthday")] == ["c.birthday"]


def test_a_message_is_no_batch_of_itself(stores):
    stores.messages.create(BARE, NOW)
    stores.batches.create_many([batch()])

    assert [found.id for found in stores.batches.of("c.spring")] == ["b1"]
    assert [found.id for found in stores.messages.of("c", "spring")] == ["c.spring"]


def test_a_person_whom_a_message_names_is_renamed_under_its_revision(stores):
    stores.messages.create(message(audience=Audience(people=("ann", "bob"))), NOW)
    seen = stores.messages.get("c.spring")

    stores.messages.rename(seen, "ann", "gone")

    assert stores.messages.get("c.spring").audience.people == ("gone", "bob")
    assert stores.batches.to_plan() == ["c.spring"]
    with pytest.raises(StaleRevision):
        stores.messages.rename(seen, "bob", "gone")


def test_what_was_launched_without_a_plan_is_never_due(stores):
    """The first message of a campaign that repeats has no people of its own."""
    assert stores.messages.create(replace(BARE, state="sending"), None)

    assert stores.messages.get("c.spring").state == "sending"
    assert stores.batches.due(NOW + 99 * MINUTE, 10) == []
    assert stores.batches.to_plan() == []


def test_a_beat_is_no_change_that_others_lose_to(stores):
    stores.messages.create(BARE, NOW)
    seen = stores.messages.get("c.spring")

    stores.messages.beat("c.spring", NOW + MINUTE)
    stores.messages.beat("c.nobody", NOW)
    stores.messages.move(to(seen, "paused"))

    found = stores.messages.get("c.spring")
    assert (found.state, found.moved_at, found.revision) == ("paused", NOW + MINUTE, 2)
    assert stores.messages.get("c.nobody") is None
