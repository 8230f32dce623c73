"""What a launch pins, what its parts and occurrences share with it, and when the first mail may leave."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.campaigns import campaign_from_fields
from chalicelib.domain.launches import (
    first_day,
    first_mail_at,
    is_too_late,
    launch,
    launched_campaign,
    occurrence_of,
    start_part,
    undo_window,
)
from chalicelib.domain.messages import Audience, FollowUp, Message, Move, Variant
from chalicelib.domain.shop import Shop
from chalicelib.errors import InvalidInput, MalformedRequest

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SHOP = Shop(
    name="K",
    sender="k@example.com",
    postal_address="1 Dock St",
    links_url="https://links.example.com",
    time_zone="Europe/Berlin",
)
FIELDS = {"segments": ["regulars"], "template": "spring"}
ARMS = (
    Variant(name="a", share=50, template="spring", versions={"en": "v1"}),
    Variant(name="b", share=50, template="spring", versions={"en": "v2"}),
)


def read(**more):
    return campaign_from_fields("spring", {**FIELDS, **more}, BERLIN)


def launched(now=NOW, undo=timedelta(0), variants=(), **more):
    return launch(read(**more), {"en": "v1"}, SHOP, now, variants=variants, undo=undo)


def test_a_launch_pins_versions_topic_and_instant_and_the_campaign_itself():
    message = launched(exclude=["lapsing"], offer="ten-off")

    assert replace(message, campaign=None) == Message(
        id="c.spring",
        source="campaign",
        name="spring",
        once_key="c.spring",
        template="spring",
        versions={"en": "v1"},
        offer="ten-off",
        topic="offers",
        audience=Audience(segments=("regulars",), exclude=("lapsing",)),
        send_at=NOW,
        include_unengaged=False,
        created_at=NOW,
    )
    assert launched_campaign(message, BERLIN) == read(exclude=["lapsing"], offer="ten-off")


def test_a_follow_up_is_meant_by_its_audience():
    message = launched(follow_up={"campaign": "early", "who": "not_clicked"}, segments=[])

    assert message.audience == Audience(follow_up=FollowUp(campaign="early", who="not_clicked"))


@pytest.mark.parametrize(
    ("more", "day"), [({}, date(2026, 11, 23)), ({"send_at": "2026-12-01T22:59:00Z"}, date(2026, 12, 1))]
)
def test_a_local_time_is_meant_on_the_shops_day(more, day):
    message = launched(local_time="09:00", **more)

    assert (message.local_day, message.local_time, message.send_at) == (day, time(9), None)


@pytest.mark.parametrize(
    ("more", "undo", "first"),
    [
        ({}, 0, NOW),
        ({}, 30, NOW + timedelta(seconds=30)),
        ({"send_at": "2026-12-01T09:00:00Z"}, 30, datetime(2026, 12, 1, 9, tzinfo=UTC)),
        # 09:00 on 1 December is first on Kiritimati, 14 hours before UTC.
        ({"send_at": "2026-12-01T09:00:00Z", "local_time": "09:00"}, 0, datetime(2026, 11, 30, 19, tzinfo=UTC)),
    ],
)
def test_nobody_is_due_before_the_first_moment_in_any_zone(more, undo, first):
    assert first_mail_at(launched(undo=timedelta(seconds=undo), **more)) == first


def test_a_later_part_is_the_same_mail_under_the_same_key_from_its_own_start():
    first = launched(stages=[{"share": 10}], offer="ten-off", holdout_percent=10, undo=timedelta(seconds=30))
    later = NOW + timedelta(days=2)

    part = start_part(replace(first, revision=7, moved_at=NOW), "stage-2", SHOP, later, "by hand")

    kept = {"id", "send_at", "not_before", "campaign", "is_part", "created_at", "state_reason", "moves", "revision"}
    changed = {name for name in Message.__slots__ if getattr(part, name) != getattr(first, name)}
    assert changed <= kept
    assert (part.id, part.once_key, part.send_at, part.not_before) == ("c.spring.stage-2", "c.spring", later, None)
    assert part.moves == (Move(state="planning", reason="by hand", at=later),)


def test_a_later_part_at_a_local_time_goes_on_the_shops_day_of_its_start():
    part = start_part(launched(stages=[{"share": 10}], local_time="09:00"), "stage-2", SHOP, NOW, "")

    assert (part.local_day, part.send_at) == (date(2026, 11, 23), None)


def test_the_rest_after_a_test_gets_the_winner_only():
    first = launched(variants=ARMS)

    part = start_part(first, "rest", SHOP, NOW, "b won", winner="b")

    assert part.variants == (replace(ARMS[1], share=100),)
    assert part.arm("b").versions == {"en": "v2"}


def test_an_occurrence_is_the_same_whenever_it_is_made():
    first = launched(repeat={"every": "week"}, local_time="09:00")
    tuesday = date(2026, 12, 1)

    message = occurrence_of(first, tuesday)

    assert message == occurrence_of(replace(first, revision=9, moved_at=NOW), tuesday)
    assert (message.id, message.once_key, message.local_day) == (
        "c.spring.2026-12-01",
        "c.spring.2026-12-01",
        tuesday,
    )
    assert message.created_at == datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert (first.state, message.state) == ("sending", "planning")


@pytest.mark.parametrize(
    ("now", "more", "day"),
    [
        (datetime(2026, 11, 22, 7, 59, tzinfo=UTC), {}, date(2026, 11, 22)),
        (datetime(2026, 11, 22, 8, 1, tzinfo=UTC), {}, date(2026, 11, 23)),
        (NOW, {"send_at": "2027-01-05T00:00:00Z"}, date(2027, 1, 5)),
    ],
)
def test_a_campaign_that_repeats_begins_with_a_day_whose_time_is_still_ahead(now, more, day):
    campaign = read(repeat={"every": "day"}, local_time="09:00", **more)

    assert first_day(launch(campaign, {}, SHOP, now), campaign, SHOP) == day


@pytest.mark.parametrize(
    ("more", "late"),
    [
        ({}, False),
        ({"send_at": "2026-11-21T23:30:00Z"}, False),
        ({"send_at": "2026-11-21T23:29:59Z"}, True),
        # 09:00 on the 21st is last at UTC-12: 21:00 UTC; a day later it is too late there, too.
        ({"send_at": "2026-11-21T12:00:00Z", "local_time": "09:00"}, True),
        ({"send_at": "2026-11-21T12:00:00Z", "local_time": "12:00"}, False),
        ({"send_at": "2020-01-01T12:00:00Z", "local_time": "12:00", "repeat": {"every": "day"}}, False),
    ],
)
def test_a_launch_is_too_late_when_everybody_would_be_skipped(more, late):
    """A13."""
    assert is_too_late(read(**more), SHOP, NOW) is late


def test_the_undo_window_of_a_launch_is_read_or_refused():
    assert undo_window({}) is None
    assert undo_window({"undo_seconds": 30}) == timedelta(seconds=30)
    with pytest.raises(InvalidInput, match="from 0 to 3600"):
        undo_window({"undo_seconds": 3601})
    with pytest.raises(MalformedRequest):
        undo_window({"undo_seconds": "soon"})
