"""Marketing that would be one too many, or come at a bad time: skipped with the reason, or put off, never too late."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.caps import Cap, Caps
from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.decisions import Defer, Send, Skip, decide, due_for, planned_for
from chalicelib.domain.mailboxes import Claim, Consent, Mailbox, Sent
from chalicelib.domain.messages import Audience, Message
from chalicelib.domain.quiet_times import Holidays, QuietHours
from chalicelib.domain.shop import Shop

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHOP = Shop(name="K", sender="k@example.com", postal_address="1 Dock St", links_url="https://links.example.com")
ANN = Customer(id="ann", email="ann@example.com", mailbox="m-ann", time_zone="Europe/London")
BOX = Mailbox(hash="m-ann", consent=Consent(status="granted", at=NOW - 900 * DAY))
SALE = Message(
    id="c.sale",
    source="campaign",
    name="sale",
    once_key="c.sale",
    template="t",
    versions={},
    include_unengaged=False,
    send_at=NOW,
    created_at=NOW,
)
BIRTHDAY = replace(SALE, audience=Audience(date_field="birthday", day=NOW.date()), include_unengaged=True)
ONE_A_DAY = Caps(all=Cap(count=1, per=DAY))
ONE_A_MONTH = Caps(all=Cap(count=1, per=30 * DAY), over="defer")


def decided(shop=SHOP, box=BOX, message=SALE, customer=ANN, now=NOW, **settings):
    return decide(customer, box, message, "b1", replace(shop, **settings), now=now)


def had(*hours, topic="offers", box=BOX):
    """Mails so many hours ago."""
    return replace(box, sends=tuple(Sent(topic=topic, at=NOW - ago * HOUR) for ago in sorted(hours, reverse=True)))


# Unengaged

TEN = had(*range(24, 2400, 240))


def test_whoever_no_longer_reacts_is_left_out_of_campaigns():
    assert decided(box=TEN) == Skip("unengaged")
    assert decided(box=TEN, message=replace(SALE, include_unengaged=True)) == Send()
    assert decided(box=TEN, message=replace(SALE, stream="transactional")) == Send()
    assert decided(box=replace(TEN, last_click_at=NOW - DAY)) == Send()
    assert decided(box=TEN, customer=replace(ANN, stats=Statistics(last_order_at=NOW - DAY))) == Send()


# Caps


@pytest.mark.parametrize(
    ("caps", "box", "message", "decision"),
    [
        (Caps(), had(1, 2, 3), SALE, Send()),
        (ONE_A_DAY, had(25), SALE, Send()),
        (ONE_A_DAY, had(5), SALE, Skip("frequency_cap")),
        (ONE_A_DAY, had(5), replace(SALE, stream="transactional"), Send()),
        (Caps(all=Cap(count=0, per=DAY)), BOX, SALE, Skip("frequency_cap")),
        (Caps(all=Cap(count=0, per=DAY), over="defer"), BOX, SALE, Skip("frequency_cap")),
        (replace(ONE_A_DAY, over="defer"), had(5), SALE, Defer(NOW + 19 * HOUR, "frequency_cap")),
        (replace(ONE_A_DAY, over="defer"), had(5), replace(SALE, max_lateness=19 * HOUR), Skip("frequency_cap")),
        # Never weeks late, however long the cap's span is.
        (ONE_A_MONTH, had(5), SALE, Skip("frequency_cap")),
        (ONE_A_MONTH, had(29 * 24 + 5), SALE, Defer(NOW + 19 * HOUR, "frequency_cap")),
        (Caps(all=Cap(count=0, per=DAY)), BOX, replace(SALE, priority="high"), Skip("frequency_cap")),
        (Caps(all=Cap(count=0, per=DAY)), BOX, replace(SALE, stream="transactional"), Send()),
        (replace(ONE_A_DAY, exempt=("offers",)), had(5), SALE, Send()),
        (ONE_A_DAY, had(5), replace(SALE, priority="high"), Send()),
        (ONE_A_DAY, had(5, 6), replace(SALE, priority="high"), Skip("frequency_cap")),
        (replace(ONE_A_DAY, exempt=("news",)), had(5, topic="news"), SALE, Skip("frequency_cap")),
        (ONE_A_DAY, had(5), BIRTHDAY, Skip("frequency_cap")),
        (replace(ONE_A_DAY, exempt_dates=True), had(5), BIRTHDAY, Send()),
        (replace(ONE_A_DAY, exempt_dates=True), had(5), SALE, Skip("frequency_cap")),
        (Caps(topics={"news": Cap(count=1, per=DAY)}), had(5, topic="news"), SALE, Send()),
    ],
)
def test_a_mail_above_a_cap_is_skipped_or_takes_the_next_free_place(caps, box, message, decision):
    """B11."""
    assert decided(box=box, message=message, caps=caps) == decision


def test_people_whose_places_come_free_one_by_one_wait_together():
    caps = replace(ONE_A_DAY, over="defer")

    waits = {decided(box=had(5 + seconds / 3600), caps=caps) for seconds in range(1, 200)}

    assert waits == {Defer(NOW + 19 * HOUR, "frequency_cap")}


def test_our_own_claim_takes_no_place_of_ours():
    """A6: the attempt before died after it had claimed."""
    ours = Claim(batch_id="b1", at=NOW - HOUR, topic="offers", until=NOW + 9 * DAY)

    assert decided(box=replace(BOX, recent={SALE.send_key: ours}), caps=replace(ONE_A_DAY, min_gap=12 * HOUR)) == Send()


def test_a_claim_of_another_message_takes_its_place_before_its_mail_has_left():
    other = Claim(batch_id="b7", at=NOW - HOUR, topic="offers", until=NOW + 9 * DAY)

    assert decided(box=replace(BOX, recent={"0" * 24: other}), caps=ONE_A_DAY) == Skip("frequency_cap")


# The pause between any two mails


@pytest.mark.parametrize(
    ("box", "lateness", "decision"),
    [
        (had(12), DAY, Send()),
        (had(2), DAY, Defer(NOW + 10 * HOUR, "too_soon")),
        (had(2), 9 * HOUR, Skip("too_soon")),
        (replace(BOX, recent={"0" * 24: Claim(batch_id="b7", at=NOW - HOUR)}), DAY, Defer(NOW + 11 * HOUR, "too_soon")),
    ],
)
def test_a_mail_keeps_its_distance_from_the_one_before(box, lateness, decision):
    """The last case is an order mail: it keeps no distance, but marketing keeps its distance from it."""
    message = replace(SALE, max_lateness=lateness)

    assert decided(box=box, message=message, caps=Caps(min_gap=12 * HOUR)) == decision
    assert decided(box=box, message=replace(message, stream="transactional"), caps=Caps(min_gap=12 * HOUR)) == Send()


# Quiet hours and holidays

NIGHT = QuietHours(begin=time(21), end=time(8))
CLOSED = Holidays(days=("2026-11-23",))
TOKYO = replace(ANN, time_zone="Asia/Tokyo")  # 21:00 at NOW


def test_marketing_waits_for_the_end_of_the_recipients_night():
    morning = datetime(2026, 11, 24, 8, tzinfo=ZoneInfo("Asia/Tokyo"))

    assert decided(quiet_hours=NIGHT) == Send()
    assert decided(quiet_hours=NIGHT, customer=TOKYO) == Defer(morning, "quiet_hours")
    assert decided(quiet_hours=NIGHT, customer=TOKYO, message=replace(SALE, stream="transactional")) == Send()
    assert decided(quiet_hours=NIGHT, customer=TOKYO, message=replace(SALE, max_lateness=11 * HOUR)) == Skip(
        "quiet_hours"
    )


@pytest.mark.parametrize(
    ("holidays", "lateness", "decision"),
    [
        (CLOSED, DAY, Defer(datetime(2026, 11, 24, 8, tzinfo=UTC), "holiday")),
        (CLOSED, 20 * HOUR, Skip("holiday")),
        (replace(CLOSED, over="skip"), 9 * DAY, Skip("holiday")),
        (Holidays(days=("11-22", "11-24")), DAY, Send()),
    ],
)
def test_on_a_holiday_marketing_waits_for_the_day_after_or_is_dropped(holidays, lateness, decision):
    assert decided(holidays=holidays, message=replace(SALE, max_lateness=lateness)) == decision


def test_after_a_holiday_a_mail_leaves_at_its_own_time_of_day_where_it_may_be_so_late():
    nine = replace(SALE, send_at=None, local_day=date(2026, 11, 23), local_time=time(9), created_at=NOW - DAY)
    late = replace(nine, max_lateness=30 * HOUR)

    assert decided(holidays=CLOSED, message=nine) == Defer(datetime(2026, 11, 24, 8, tzinfo=UTC), "holiday")
    assert decided(holidays=CLOSED, message=late) == Defer(datetime(2026, 11, 24, 9, tzinfo=UTC), "holiday")


def test_its_own_time_in_quiet_hours_is_not_waited_for():
    late = replace(SALE, local_day=date(2026, 11, 23), local_time=time(22), max_lateness=9 * DAY, created_at=NOW - DAY)

    decision = decided(holidays=CLOSED, quiet_hours=NIGHT, message=late, now=NOW + 10 * HOUR)

    assert decision == Defer(datetime(2026, 11, 24, 8, tzinfo=UTC), "holiday")


def test_a_plan_for_a_holiday_that_drops_mail_is_not_put_off():
    """Whoever decides on that day says why."""
    drops = replace(SHOP, holidays=replace(CLOSED, over="skip"))

    assert planned_for(replace(SALE, max_lateness=9 * DAY), ANN, drops) == NOW
    assert decided(drops, message=replace(SALE, max_lateness=9 * DAY)) == Skip("holiday")


def test_the_plan_aims_at_the_end_of_what_stands_against_the_due_time():
    night = replace(SHOP, quiet_hours=NIGHT)
    morning = datetime(2026, 11, 24, 8, tzinfo=ZoneInfo("Asia/Tokyo"))

    assert planned_for(SALE, ANN, night) == NOW
    assert planned_for(SALE, TOKYO, night) == morning
    assert planned_for(replace(SALE, stream="transactional"), TOKYO, night) == NOW
    assert planned_for(replace(SALE, max_lateness=HOUR), TOKYO, night) == NOW  # to be skipped there and then
    assert decided(night, customer=TOKYO, now=NOW - HOUR) == Defer(morning)


def test_a_full_mailbox_in_the_night_waits_for_both():
    caps = replace(ONE_A_DAY, over="defer")

    decision = decided(box=had(14), caps=caps, quiet_hours=NIGHT)  # free at 22:00 in London

    assert decision == Defer(datetime(2026, 11, 24, 8, tzinfo=UTC), "quiet_hours")


ZONES = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"])
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
SHOPS = st.builds(
    replace,
    st.just(SHOP),
    quiet_hours=st.none() | st.builds(QuietHours, begin=MINUTES, end=MINUTES).filter(lambda q: q.begin != q.end),
    holidays=st.builds(Holidays, days=st.sets(st.sampled_from(["11-23", "11-24", "11-25", "11-28"])).map(tuple)),
    caps=st.builds(
        Caps,
        all=st.none() | st.builds(Cap, count=st.integers(1, 3), per=st.sampled_from([DAY, 3 * DAY])),
        over=st.sampled_from(["skip", "defer"]),
        min_gap=st.none() | st.just(12 * HOUR),
    ),
)


@given(
    shop=SHOPS,
    zone=ZONES,
    ago=st.lists(st.integers(0, 80), max_size=5),
    lateness=st.integers(0, 100),
    at=st.none() | MINUTES,
)
def test_whoever_waits_is_decided_about_in_the_end_and_never_too_late(shop, zone, ago, lateness, at):
    """Each wait leads forward, and its end is inside of `max_lateness`; a send is in no quiet hour and over no cap."""
    customer = replace(ANN, time_zone=zone)
    message = replace(SALE, max_lateness=lateness * HOUR, local_time=at, local_day=at and NOW.date())
    due = due_for(message, customer, shop)
    now, steps = planned_for(message, customer, shop), 0
    while isinstance(decision := decided(shop, had(*ago), message, customer, now), Defer):
        assert now < decision.until <= due + message.max_lateness
        now, steps = decision.until, steps + 1
        assert steps < 8
    if isinstance(decision, Send):
        assert now.astimezone(ZoneInfo(zone)).date() not in shop.holidays
        assert shop.quiet_hours is None or shop.quiet_hours.end_at(now, ZoneInfo(zone)) is None
    else:
        assert decision.reason in {"frequency_cap", "too_soon", "quiet_hours", "holiday"}
