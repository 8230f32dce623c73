"""Caps: never above them in any span, 0 means never, none means no limit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.caps import Cap, Caps, caps_from_fields, caps_to_fields, free_at
from chalicelib.domain.mailboxes import Sent

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THREE_A_WEEK = Cap(count=3, per=7 * DAY)


def sent(*hours, topic="offers"):
    """Newest first."""
    return [Sent(topic=topic, at=NOW - ago * HOUR) for ago in sorted(hours)]


@pytest.mark.parametrize(
    ("caps", "mails", "free"),
    [
        (Caps(), sent(*range(50)), NOW),  # B11: none means no limit
        (Caps(all=Cap(count=0, per=DAY)), [], None),  # B11: 0 means never
        (Caps(topics={"offers": Cap(count=0, per=DAY)}), [], None),
        (Caps(topics={"news": Cap(count=0, per=DAY)}), [], NOW),
        (Caps(all=THREE_A_WEEK), sent(1, 2), NOW),
        (Caps(all=THREE_A_WEEK), sent(1, 2, 24), NOW + 6 * DAY),
        (Caps(all=THREE_A_WEEK), sent(1, 2, 7 * 24), NOW),  # just left the span
        (Caps(all=THREE_A_WEEK), sent(1, 2, 24, 48), NOW + 6 * DAY),  # over it since it was lowered
        (Caps(topics={"offers": THREE_A_WEEK}), sent(1, 2, 3, topic="news"), NOW),
        (Caps(topics={"offers": THREE_A_WEEK}), sent(1, 2, 3), NOW + 7 * DAY - 3 * HOUR),
        (Caps(all=Cap(count=1, per=DAY), topics={"offers": Cap(count=1, per=3 * DAY)}), sent(1), NOW + 71 * HOUR),
    ],
)
def test_the_next_place_is_free_when_the_oldest_mail_of_the_span_leaves_it(caps, mails, free):
    """B11."""
    assert free_at(caps, "offers", mails, NOW) == free


def test_an_important_mail_has_one_place_more_but_never_where_there_is_none():
    caps, never = Caps(all=THREE_A_WEEK), Caps(all=Cap(count=0, per=DAY))

    assert free_at(caps, "offers", sent(1, 2, 3), NOW, extra=1) == NOW
    assert free_at(caps, "offers", sent(1, 2, 3, 4), NOW, extra=1) == NOW + 7 * DAY - 4 * HOUR
    assert free_at(never, "offers", [], NOW, extra=1) is None


TOPICS = st.sampled_from(["offers", "news"])
CAPS = st.builds(Cap, count=st.integers(0, 4), per=st.integers(1, 100).map(lambda hours: hours * HOUR))


def _in_span(mails, topic, cap, at):
    return sum(at - cap.per < one.at <= at and topic in (None, one.topic) for one in mails)


@given(
    caps=st.builds(Caps, all=st.none() | CAPS, topics=st.dictionaries(TOPICS, CAPS)),
    wishes=st.lists(st.tuples(st.integers(0, 30), TOPICS), max_size=30),
)
def test_whatever_is_wished_no_span_holds_more_than_its_cap_and_nobody_waits_without_need(caps, wishes):
    """Each mail goes at the earliest moment that the naive count of every span allows."""
    mails: list[Sent] = []
    now = NOW
    for hours, topic in wishes:
        now += hours * HOUR
        free = free_at(caps, topic, list(reversed(mails)), now)
        rules = [(name, cap) for name, cap in [(None, caps.all), (topic, caps.topics.get(topic))] if cap]
        if free is None:
            assert any(cap.count == 0 for _, cap in rules)
            continue
        assert all(_in_span(mails, name, cap, free) < cap.count for name, cap in rules)
        if free > now:
            earlier = free - timedelta(seconds=1)
            assert any(_in_span(mails, name, cap, earlier) >= cap.count for name, cap in rules)
        else:
            mails.append(Sent(topic=topic, at=now))


GIVEN = {
    "all": {"count": 3, "per": "7d"},
    "topics": {"news": {"count": 1, "per": "12h"}},
    "exempt": ["service"],
    "exempt_dates": True,
    "over": "defer",
    "min_gap": "12h",
}


def test_what_is_read_is_written_again():
    assert caps_to_fields(caps_from_fields(GIVEN)) == GIVEN
    assert caps_from_fields({}) == Caps() == caps_from_fields(dict.fromkeys(GIVEN))
    assert caps_from_fields(caps_to_fields(Caps())) == Caps()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3, "must be an object with all, topics"),
        ({"al": 1}, "not 'al'"),
        ({"all": 3}, 'write {"count": 3, "per": "7d"}'),
        ({"all": {"count": -1, "per": "7d"}}, "all.count must be a whole number from 0 (never) to 50, got -1"),
        ({"all": {"count": True, "per": "7d"}}, "got True"),
        ({"all": {"count": 51, "per": "7d"}}, "got 51"),
        ({"all": {"count": 1, "per": "91d"}}, "all.per must be from 1m to 90d"),
        ({"all": {"count": 1, "per": "0d"}}, "all.per must be from 1m to 90d"),
        ({"all": {"count": 1, "per": "week"}}, "is no span of time"),
        ({"topics": ["news"]}, "topics must be an object"),
        ({"exempt": "news"}, "exempt must be a list"),
        ({"exempt_dates": 1}, "true or false"),
        ({"over": "drop"}, "over must be skip or defer"),
        ({"min_gap": "3d"}, "min_gap must be from 1m to 2d"),
    ],
)
def test_what_is_wrong_is_named(value, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        caps_from_fields(value)
    assert message in str(caught.value)
