"""What a flow is made of, which days it looks at and when, and the message of each of its moments."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer
from chalicelib.domain.decisions import due_for
from chalicelib.domain.flows import (
    CATCH_UP_DAYS,
    Flow,
    Trigger,
    days_to_plan,
    flow_from_fields,
    flow_to_fields,
    in_period,
    is_news,
    on_day,
    on_launch,
    period_name,
    starts_at,
)
from chalicelib.domain.messages import Audience, Message
from chalicelib.domain.products import Product
from chalicelib.domain.shop import Shop
from chalicelib.errors import InvalidInput

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHOP = Shop(
    name="K",
    sender="k@example.com",
    postal_address="1 Dock St",
    links_url="https://links.example.com",
    time_zone="Europe/Berlin",
)
FIELDS = {"trigger": {"date": "birthday"}, "template": "birthday"}
OFFER = {"benefit": {"kind": "percent", "percent": 15}}


def flow(name="birthday", **more):
    return flow_from_fields(name, {**FIELDS, **more})


BIRTHDAY = flow()


def test_what_is_left_out_means_nine_oclock_and_twelve_hours():
    expected = Flow(
        name="birthday",
        about="",
        trigger=Trigger(kind="date", date_field="birthday"),
        template="birthday",
        source=FIELDS,
    )

    assert expected == BIRTHDAY
    assert (BIRTHDAY.local_time, BIRTHDAY.max_lateness, BIRTHDAY.topic) == (time(9), 12 * HOUR, "offers")
    assert BIRTHDAY.offer_name is None


@pytest.mark.parametrize(
    ("trigger", "meaning"),
    [
        ({"date": "joined_on"}, Trigger(kind="date", date_field="joined_on")),
        ({"product": "launched"}, Trigger(kind="product")),
        ({"segment": "regulars"}, Trigger(kind="segment", segment="regulars", every="quarter")),
        ({"segment": "regulars", "every": "month"}, Trigger(kind="segment", segment="regulars", every="month")),
    ],
)
def test_a_trigger_is_a_date_a_launch_or_a_period_of_a_segment(trigger, meaning):
    assert flow(trigger=trigger).trigger == meaning


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        ("birthday", "write one of"),
        ({}, "write one of"),
        ({"date": "birthday", "product": "launched"}, "write one of"),
        ({"date": "wedding"}, "date must be one of birthday, joined_on, got 'wedding'"),
        ({"product": "sold"}, "product must be `launched`, got 'sold'"),
        ({"segment": "regulars", "every": "day"}, "every must be one of month, quarter, year, got 'day'"),
        ({"segment": "All of them"}, "must be a name of a-z"),
    ],
)
def test_any_other_trigger_is_refused(trigger, message):
    with pytest.raises(InvalidInput, match=message):
        flow(trigger=trigger)


def test_every_wrong_field_is_named_at_once():
    with pytest.raises(InvalidInput, match="Flow 'Birthday' was not saved") as refused:
        flow_from_fields("Birthday", {"local_time": "9", "max_lateness": "x", "exclude": ["a b"], "colour": 1})

    assert {detail.where for detail in refused.value.details} == {
        "trigger",
        "template",
        "name",
        "local_time",
        "max_lateness",
        "exclude",
        "colour",
    }


def test_an_offer_is_an_object():
    assert flow(offer=OFFER).offer_name == "birthday"
    with pytest.raises(Exception, match="offer must be the fields of an offer"):
        flow(offer="ten-off")


def test_a_flow_is_shown_as_it_was_put_and_with_where_it_stands():
    shown = flow_to_fields(replace(flow(offer=OFFER), enabled=True, planned_through=TODAY))

    assert shown == {
        **FIELDS,
        "offer": OFFER,
        "name": "birthday",
        "local_time": "09:00",
        "max_lateness": "12h",
        "enabled": True,
        "planned_through": "2026-11-22",
    }
    assert flow_to_fields(BIRTHDAY)["planned_through"] is None


def days(now, through=None):
    return [day.isoformat()[5:] for day in days_to_plan(replace(BIRTHDAY, planned_through=through), now)]


@pytest.mark.parametrize(
    ("now", "through", "expected"),
    [
        ("2026-11-22T12:00", None, ["11-22", "11-23"]),  # both are not over everywhere
        ("2026-11-22T11:59", None, ["11-21", "11-22", "11-23"]),  # on Baker Island it is still the 21st
        ("2026-11-22T09:59", None, ["11-21", "11-22"]),  # the 23rd has begun nowhere
        ("2026-11-22T10:00", date(2026, 11, 22), ["11-23"]),  # Kiritimati: midnight
        ("2026-11-22T09:59", date(2026, 11, 22), []),
        ("2026-11-22T12:00", date(2026, 11, 23), []),
        ("2026-11-22T12:00", date(2026, 11, 21), ["11-22", "11-23"]),
        ("2026-11-22T12:00", date(2026, 11, 1), ["11-20", "11-21", "11-22", "11-23"]),  # B7: after an outage
        ("2026-11-22T12:00", date(2027, 1, 1), []),  # a clock that was ahead
        ("2026-12-31T23:00", date(2026, 12, 31), ["01-01"]),
        ("2028-02-28T12:00", date(2028, 2, 28), ["02-29"]),  # B2
        ("2027-02-28T12:00", date(2027, 2, 28), ["03-01"]),
    ],
)
def test_a_day_is_due_when_it_begins_in_the_earliest_zone(now, through, expected):
    assert days(datetime.fromisoformat(now).replace(tzinfo=UTC), through) == expected


@given(st.lists(st.integers(1, 4 * 24 * 60), min_size=1, max_size=60))
def test_every_day_is_planned_once_and_in_order_whenever_the_tick_comes(pauses):
    """A13, B7: with pauses of a minute to four days between two ticks, nothing is left out."""
    now, through, planned = NOW, None, []
    for pause in (0, *pauses):
        now += timedelta(minutes=pause)
        for day in days_to_plan(replace(BIRTHDAY, planned_through=through), now):
            planned.append(day)
            through = day

    assert planned == [planned[0] + number * DAY for number in range(len(planned))]
    assert planned[-1] == (now + 14 * HOUR).date()


@given(st.integers(CATCH_UP_DAYS + 2, 400))
def test_after_a_long_outage_only_the_last_days_are_looked_at(outage):
    found = list(days_to_plan(replace(BIRTHDAY, planned_through=TODAY), NOW + outage * DAY))

    newest = (NOW + outage * DAY + 14 * HOUR).date()
    assert found == [newest - number * DAY for number in range(CATCH_UP_DAYS, -1, -1)]


def test_the_message_of_a_day_is_for_those_whose_date_it_is():
    found = on_day(replace(flow(offer=OFFER, exclude=["staff"]), enabled=True), TODAY, {"en": "v1"}, NOW)

    assert found == Message(
        id="f.birthday.2026-11-22",
        source="flow",
        name="birthday",
        once_key="f.birthday.2026-11-22",
        template="birthday",
        versions={"en": "v1"},
        offer="birthday",
        audience=Audience(date_field="birthday", day=TODAY, exclude=("staff",)),
        local_time=time(9),
        local_day=TODAY,
        max_lateness=12 * HOUR,
        created_at=NOW,
    )


@pytest.mark.parametrize(
    "zone",
    ["Pacific/Kiritimati", "Pacific/Auckland", "Asia/Kolkata", "Europe/London", "America/New_York", "Etc/GMT+12"],
)
def test_a_day_is_planned_before_nine_oclock_of_it_anywhere(zone):
    """B1."""
    message = on_day(BIRTHDAY, TODAY, {}, NOW)
    first = next(
        now for now in (NOW - 3 * DAY + hour * HOUR for hour in range(100)) if TODAY in days_to_plan(BIRTHDAY, now)
    )

    assert starts_at(message) <= first <= due_for(message, Customer(id="ann", time_zone=zone), SHOP)


NEWS = flow("new-product", trigger={"product": "launched"}, template="new-product", local_time="10:00")
TEA = Product(sku="tea/1", name="Assam", category="Green & white tea", launched_at=NOW)


@pytest.mark.parametrize(
    ("launched_at", "news"),
    [(None, False), (NOW - 7 * DAY, True), (NOW - 7 * DAY - timedelta(seconds=1), False), (NOW + 400 * DAY, True)],
)
def test_a_launch_is_news_for_a_week(launched_at, news):
    assert is_news(replace(TEA, launched_at=launched_at), NOW) is news


@pytest.mark.parametrize(
    ("launched_at", "day"),
    [
        (NOW - 3 * DAY, TODAY),  # it is over: now
        (datetime(2026, 12, 1, 22, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 1, 23, 0, tzinfo=UTC), date(2026, 12, 2)),  # midnight in Berlin
    ],
)
def test_a_launch_is_told_to_the_fans_on_its_day(launched_at, day):
    found = on_launch(NEWS, replace(TEA, launched_at=launched_at), {"en": "v1"}, SHOP, NOW)

    assert found.audience == Audience(segments=("fans-of-green-white-tea",))
    assert (found.local_day, found.send_at, found.products) == (day, launched_at, ("tea/1",))
    assert found.id == "f.new-product.4e859626e6b58401"


@pytest.mark.parametrize(
    ("day", "every", "name"),
    [
        (date(2026, 1, 1), "year", "2026"),
        (date(2026, 3, 31), "quarter", "2026-Q1"),
        (date(2026, 4, 1), "quarter", "2026-Q2"),
        (date(2026, 12, 31), "quarter", "2026-Q4"),
        (date(2026, 2, 1), "month", "2026-02"),
    ],
)
def test_a_period_has_a_name(day, every, name):
    assert period_name(day, every) == name


def test_the_message_of_a_period_is_one_for_all_its_days():
    regulars = flow("exclusive", trigger={"segment": "regulars", "every": "month"})

    first = in_period(regulars, {"en": "v1"}, SHOP, datetime(2026, 10, 31, 23, tzinfo=UTC))  # 1 November in Berlin
    last = in_period(regulars, {"en": "v2"}, SHOP, NOW)

    assert (first.id, last.id) == ("f.exclusive.2026-11",) * 2
    assert (first.local_day, first.audience) == (date(2026, 11, 1), Audience(segments=("regulars",)))


def test_planning_begins_with_the_local_day_in_the_earliest_zone_or_at_the_launch():
    message = on_day(BIRTHDAY, TODAY, {}, NOW)

    assert starts_at(message) == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert starts_at(message) == datetime.combine(TODAY, time(), ZoneInfo("Pacific/Kiritimati"))
    assert starts_at(replace(message, local_day=None, send_at=NOW + DAY)) == NOW
