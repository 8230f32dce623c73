"""What a campaign is made of, what its launch pins, and which moves its state allows."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaigns import Campaign, campaign_from_fields, campaign_to_fields
from chalicelib.domain.messages import FollowUp
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


def read(**more):
    return campaign_from_fields("spring", {**FIELDS, **more}, BERLIN)


def test_what_is_left_out_means_now_24_hours_and_the_shops_topic():
    assert read() == Campaign(name="spring", segments=("regulars",), template="spring")
    assert read().max_lateness == timedelta(hours=24)
    assert read().message_id == "c.spring"


def test_every_field_is_read():
    campaign = read(
        exclude=["lapsing"],
        offer="spring-10",
        send_at="2026-12-01T10:00:00",
        local_time="09:30",
        max_lateness="2h",
        topic="news",
        from_name="Ann at Kettle",
        reply_to="Ann@Example.com",
        include_unengaged=True,
        holdout_percent=10,
        priority="high",
        variants=None,
    )

    assert campaign == Campaign(
        name="spring",
        segments=("regulars",),
        exclude=("lapsing",),
        template="spring",
        offer="spring-10",
        send_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
        local_time=time(9, 30),
        max_lateness=timedelta(hours=2),
        topic="news",
        from_name="Ann at Kettle",
        reply_to="ann@example.com",
        include_unengaged=True,
        holdout_percent=10,
        priority="high",
    )


@pytest.mark.parametrize("sign", ["\r", "\n", "\x00", "\u2028"])
@pytest.mark.parametrize("name", ["from_name", "reply_to"])
def test_no_sign_in_a_sender_can_begin_another_header(name, sign):
    """C10."""
    with pytest.raises(InvalidInput, match=rf"{name} .*character"):
        read(**{name: f"ann{sign}bcc@example.com"})


@pytest.mark.parametrize("address", ["Ann <ann@example.com>", "a@example.com, b@example.com", "ann"])
def test_a_reply_goes_to_one_plain_address(address):
    """C10."""
    with pytest.raises(InvalidInput, match="reply_to"):
        read(reply_to=address)


def test_every_wrong_field_is_named_at_once():
    with pytest.raises(InvalidInput, match="Campaign 'spring' was not saved") as refused:
        campaign_from_fields(
            "spring",
            {
                "send_at": "soon",
                "local_time": "9",
                "max_lateness": "1w",
                "holdout_percent": 51,
                "priority": "urgent",
                "variants": [1],
                "colour": 1,
            },
            BERLIN,
        )

    assert {detail.where for detail in refused.value.details} == {
        "segments",
        "template",
        "send_at",
        "local_time",
        "max_lateness",
        "holdout_percent",
        "priority",
        "variants",
        "colour",
    }


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"winner": {"by": "clicks", "after": "4h"}}, {"winner"}),
        (
            {
                "variants": [{"name": "a"}, {"name": "b"}],
                "winner": {"by": "clicks", "after": "4h"},
                "local_time": "09:00",
                "stages": [{"share": 10}],
            },
            {"winner", "stages"},
        ),
        ({"go_on": "after 2d"}, {"go_on"}),
        ({"follow_up": {"campaign": "spring", "who": "clicked"}}, {"follow_up.campaign"}),
        ({"follow_up": {"campaign": "early", "who": "bought"}}, {"follow_up.who"}),
        ({"follow_up": {"campaign": "early"}}, {"follow_up.who"}),
        ({"goal": {"metric": "fame", "target": 0}}, {"goal.metric", "goal.target"}),
        ({"budget": 0}, {"budget"}),
        ({"repeat": {"every": "day"}, "stages": [{"share": 10}]}, {"repeat"}),
    ],
)
def test_what_cannot_be_meant_together_is_refused_all_at_once(more, wrong):
    with pytest.raises(InvalidInput) as refused:
        read(**more)

    assert {detail.where for detail in refused.value.details} == wrong


def test_a_follow_up_needs_no_segments():
    campaign = read(segments=None, follow_up={"campaign": "early", "who": "not_clicked"})

    assert (campaign.segments, campaign.follow_up) == ((), FollowUp(campaign="early", who="not_clicked"))


EVERYTHING = [
    {"stages": [{"share": 10}, {"field": "country", "in": ["GB", "IE"]}, {"segments": ["staff"]}], "go_on": "after 2d"},
    {"stages": [{"share": 10}], "go_on": "by_hand"},
    {
        "variants": [
            {"name": "a", "share": 30, "offer": None},
            {"name": "b", "share": 70, "subject": {"en": "Hi {{ customer.first_name }}", "de": "Hallo"}},
        ],
        "winner": {"by": "clicks", "after": "4h", "test_percent": 30},
    },
    {"repeat": {"every": "week", "weekday": "friday", "until": "2027-01-31"}, "local_time": "09:00"},
    {"repeat": {"every": "month", "day": 31}, "local_time": "09:00"},
    {"follow_up": {"campaign": "early", "who": "not_redeemed"}},
    {"goal": {"metric": "redemptions", "target": 200}, "budget": 100_000},
]


@pytest.mark.parametrize("more", EVERYTHING)
def test_what_is_added_is_stored_and_read_back(more):
    fields = {name: value for name, value in campaign_to_fields(read(**more)).items() if value is not None}

    assert {name: fields[name] for name in more} == more
    assert read(**fields) == read(**more)


@pytest.mark.parametrize("name", ["", "Spring", "a.b", "a/b", "-a", "a" * 65, "spring\n"])
def test_a_name_stands_in_keys_and_links(name):
    with pytest.raises(InvalidInput, match="must be a name of a-z, 0-9 and dashes"):
        campaign_from_fields(name, FIELDS, BERLIN)


def test_a_field_of_the_wrong_type_is_malformed():
    with pytest.raises(MalformedRequest):
        read(include_unengaged="yes")


campaigns = st.builds(
    Campaign,
    name=st.just("spring"),
    segments=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True).map(tuple),
    exclude=st.lists(st.sampled_from(["d", "e"]), unique=True).map(tuple),
    template=st.sampled_from(["t", "u-1"]),
    offer=st.none() | st.just("ten-off"),
    send_at=st.none() | st.integers(0, 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    local_time=st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    max_lateness=st.integers(0, 99_999).map(lambda minutes: timedelta(minutes=minutes)),
    topic=st.none() | st.just("news"),
    include_unengaged=st.booleans(),
    holdout_percent=st.integers(0, 50),
    priority=st.sampled_from(["low", "normal", "high"]),
)


@given(campaigns)
def test_what_is_stored_is_read_back(campaign):
    fields = {name: value for name, value in campaign_to_fields(campaign).items() if value is not None}

    assert campaign_from_fields("spring", fields, BERLIN) == campaign
