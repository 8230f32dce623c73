"""The ramp of a new domain: what a day allows, and who is first."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.decisions import Defer, Skip, turn_for, without_place
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.domain.messages import Message
from chalicelib.domain.quiet_times import Holidays, QuietHours
from chalicelib.domain.ramp import (
    Ramp,
    RampDay,
    coldness,
    day_from_body,
    day_to_body,
    is_over,
    opened,
    ramp_from_fields,
    ramp_to_fields,
    with_places,
)
from chalicelib.domain.shop import Shop

RAMP = Ramp()
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def full(allowance=500, taken=500):
    return RampDay(day=MONDAY, start=500, allowance=allowance, taken=taken, messages=("c.s",))


@pytest.mark.parametrize(
    ("last", "sent", "bounced", "complained", "allowance"),
    [
        (None, 0, 0, 0, 500),
        (full(), 500, 0, 0, 750),
        (full(), 500, 9, 0, 750),
        (full(), 500, 10, 0, 500),  # 2 %
        (full(750), 1000, 0, 1, 750),  # 0.1 %
        (full(1000, 1000), 1001, 0, 1, 1500),
        (full(taken=250), 250, 0, 0, 750),
        (full(taken=249), 249, 0, 0, 500),  # what was hardly used proves nothing
        (full(), 0, 0, 0, 500),  # taken, and nothing sent
        (full(751, 751), 751, 0, 0, 1126),
        (replace(full(9000, 9000), start=300), 9000, 0, 0, 500),  # another ramp begins anew
    ],
)
def test_a_day_allows_half_as_much_again_after_one_that_went_well(last, sent, bounced, complained, allowance):
    state = opened(RAMP, last, TUESDAY, sent, bounced, complained)

    assert (state.day, state.allowance, state.taken, state.messages) == (TUESDAY, allowance, 0, ())


def test_so_a_shop_that_uses_every_place_is_warm_after_two_weeks():
    state, days = opened(RAMP, None, MONDAY, 0, 0, 0), 0
    while not is_over(RAMP, state):
        state, _ = with_places(state, "c.s", 10**9)
        days += 1
        state = opened(RAMP, state, MONDAY + days * DAY, state.taken, 0, 0)

    assert days == 12


@given(st.lists(st.tuples(st.sampled_from(["c.a", "c.b"]), st.integers(0, 400))))
def test_places_add_up_to_the_allowance_at_most_and_none_is_kept_back(wishes):
    state, got = opened(RAMP, None, MONDAY, 0, 0, 0), 0
    for message, wanted in wishes:
        state, some = with_places(state, message, wanted)
        got += some
    assert got == state.taken == min(500, sum(wanted for _, wanted in wishes))
    assert set(state.messages) == {name for name, wanted in wishes if wanted} or got == 500
    assert day_from_body(day_to_body(state)) == state


@pytest.mark.parametrize(
    ("clicked", "ordered", "cold"),
    [(1, None, 0), (None, 29, 0), (30, None, 1), (400, 89, 1), (90, None, 2), (180, None, 3), (None, None, 3)],
)
def test_whoever_reacted_lately_is_warm(clicked, ordered, cold):
    box = Mailbox(hash="m", last_click_at=clicked and NOW - clicked * DAY)
    customer = Customer(id="ann", stats=Statistics(last_order_at=ordered and NOW - ordered * DAY))

    assert coldness(customer, box, NOW) == cold


SHOP = Shop(name="K", sender="k@example.com", postal_address="1 Dock St", links_url="https://l.example.com", ramp=RAMP)
ANN = Customer(id="ann", mailbox="m", time_zone="Europe/London")
SALE = Message(id="c.s", source="campaign", name="s", once_key="c.s", template="t", versions={}, created_at=NOW)
NINE = replace(SALE, local_time=time(9), local_day=MONDAY, created_at=NOW - DAY)
TOKYO = ZoneInfo("Asia/Tokyo")


def london(hour, minute=0, day=TUESDAY):
    return datetime.combine(day, time(hour, minute), ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("message", "settings", "decision"),
    [
        (SALE, {}, Defer(london(8, 30), "ramp")),
        (replace(SALE, max_lateness=DAY / 2), {}, Skip("ramp")),
        (NINE, {}, Defer(london(8, 30), "ramp")),
        (replace(NINE, max_lateness=2 * DAY), {}, Defer(london(9, 30), "ramp")),
        (SALE, {"quiet_hours": QuietHours(begin=time(20), end=time(10))}, Defer(london(10, 30), "ramp")),
        (SALE, {"holidays": Holidays(days=("11-24",))}, Skip("ramp")),
    ],
)
def test_whoever_finds_no_place_waits_for_the_next_day_where_the_mail_may_be_so_late(message, settings, decision):
    found = without_place(message, ANN, None, replace(SHOP, **settings), NOW)

    assert found == decision


def test_the_next_day_is_the_shops_and_its_morning_the_persons():
    """At noon in London it is evening in Tokyo, and eight in the morning there is before the shop's midnight."""
    found = without_place(replace(SALE, max_lateness=3 * DAY), replace(ANN, time_zone="Asia/Tokyo"), None, SHOP, NOW)

    assert found == Defer(datetime(2026, 11, 25, 8, 30, tzinfo=TOKYO), "ramp")


def test_the_warm_have_their_turn_first_and_nobody_is_made_late():
    warm = Mailbox(hash="m", last_click_at=NOW - DAY)

    assert turn_for(SALE, ANN, warm, SHOP, NOW) == NOW
    assert turn_for(SALE, ANN, None, SHOP, NOW) == NOW + 30 * MINUTE
    assert turn_for(replace(SALE, max_lateness=20 * MINUTE), ANN, None, SHOP, NOW) == NOW + 5 * MINUTE
    assert turn_for(replace(SALE, max_lateness=MINUTE), ANN, None, SHOP, NOW) == NOW


def test_what_is_read_is_written_again():
    given_ = {"start": 200, "growth": 2, "until": 5000}
    assert ramp_to_fields(ramp_from_fields(given_)) == given_
    assert ramp_from_fields({}) == RAMP


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (500, "must be an object such as"),
        ({"begin": 500}, "must be an object such as"),
        ({"start": 0}, "start must be a whole number from 1 to 100000, got 0"),
        ({"start": 2.5}, "start must be a whole number"),
        ({"growth": 0.9}, "growth must be a number from 1 to 3, got 0.9"),
        ({"growth": True}, "growth must be a number"),
        ({"start": 500, "until": 500}, "until must lie above start"),
    ],
)
def test_what_is_wrong_is_named(value, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        ramp_from_fields(value)
    assert message in str(caught.value)
