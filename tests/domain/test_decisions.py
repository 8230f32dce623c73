"""Whether one person gets one message now, and when a person is due, each in the own zone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer
from chalicelib.domain.decisions import Defer, Send, Skip, decide, due_for
from chalicelib.domain.drawing import is_held_out
from chalicelib.domain.mailboxes import Claim, Consent, Mailbox, Suppression
from chalicelib.domain.messages import Audience, Message
from chalicelib.domain.shop import Shop

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHOP = Shop(name="K", sender="k@example.com", postal_address="1 Dock St", links_url="https://links.example.com")
ANN = Customer(id="ann", email="ann@example.com", mailbox="m-ann", time_zone="Europe/London")
BOX = Mailbox(hash="m-ann", consent=Consent(status="granted", at=NOW - DAY))
SALE = Message(
    id="c.sale",
    source="campaign",
    name="sale",
    once_key="c.sale",
    template="t",
    versions={},
    send_at=NOW,
    created_at=NOW,
)
# 14 zones, from the first to begin a day to the last.
ZONES = (
    *("Pacific/Kiritimati", "Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Kolkata", "Asia/Dubai"),
    *("Europe/Berlin", "Europe/London", "Atlantic/Azores", "America/Sao_Paulo", "America/New_York"),
    *("America/Los_Angeles", "Pacific/Honolulu", "Etc/GMT+12"),
)


def decided(customer=ANN, box=BOX, message=SALE, batch="b1", now=NOW):
    return decide(customer, box, message, batch, SHOP, now=now)


def local(on, zone, at=time(9)):
    return datetime.combine(on, at, ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("customer", "box", "reason"),
    [
        (None, None, "no_customer"),  # A10: erased
        (replace(ANN, mailbox=None, email=None), None, "no_address"),
        (ANN, None, "no_consent"),
        (ANN, Mailbox(hash="m-ann"), "no_consent"),
        (ANN, replace(BOX, consent=Consent(status="pending", at=NOW)), "unconfirmed"),
        (ANN, replace(BOX, consent=Consent(status="withdrawn", at=NOW)), "unsubscribed"),
        (ANN, replace(BOX, consent=Consent(status="granted", at=NOW, topics={"offers": "withdrawn"})), "left_topic"),
        (ANN, replace(BOX, consent=Consent(status="granted", at=NOW, expires_at=NOW)), "consent_expired"),
        (ANN, replace(BOX, suppression=Suppression(reason="hard_bounce", scope="all", at=NOW)), "suppressed"),
        (ANN, replace(BOX, recent={SALE.send_key: Claim(batch_id="b2", at=NOW)}), "already_sent"),
    ],
)
def test_whoever_may_not_be_mailed_is_skipped_with_the_reason(customer, box, reason):
    """A10, A11."""
    assert decided(customer, box) == Skip(reason)


def test_whoever_may_be_mailed_gets_the_mail():
    assert decided() == Send()


def test_a_claim_of_the_same_batch_is_our_own():
    """A6."""
    assert decided(box=replace(BOX, recent={SALE.send_key: Claim(batch_id="b1", at=NOW)})) == Send()


def test_a_claim_for_another_message_is_no_hindrance():
    assert decided(box=replace(BOX, recent={"0" * 24: Claim(batch_id="b2", at=NOW)})) == Send()


def test_transactional_mail_asks_for_no_consent_but_respects_a_hard_suppression():
    """C6."""
    message = replace(SALE, stream="transactional")
    bounced = Mailbox(hash="m-ann", suppression=Suppression(reason="hard_bounce", scope="all", at=NOW))

    assert decided(box=None, message=message) == Send()
    assert decided(box=bounced, message=message) == Skip("suppressed")


@pytest.mark.parametrize(
    ("late", "decision"),
    [
        (-HOUR, Defer(NOW)),
        (-MINUTE - timedelta(seconds=1), Defer(NOW)),
        (-MINUTE, Send()),
        (timedelta(0), Send()),
        (SALE.max_lateness, Send()),
        (SALE.max_lateness + timedelta(microseconds=1), Skip("too_late")),
        (400 * DAY, Skip("too_late")),
    ],
)
def test_a_mail_goes_when_it_is_due_and_not_later_than_it_may(late, decision):
    """A13."""
    assert decided(now=NOW + late) == decision


BIRTHDAY = replace(
    SALE,
    send_at=None,
    audience=Audience(date_field="birthday", day=date(2026, 3, 29)),
    local_day=date(2026, 3, 29),
    local_time=time(9),
    max_lateness=12 * HOUR,
    created_at=datetime(2026, 3, 28, 10, tzinfo=UTC),
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 31)])
def test_a_date_is_met_at_nine_on_its_local_day(zone, day):
    """B1: also on the days on which the clock changes."""
    message = replace(BIRTHDAY, local_day=day, audience=Audience(date_field="birthday", day=day))
    customer = replace(ANN, time_zone=zone)

    due = due_for(message, customer, SHOP)

    assert due.astimezone(ZoneInfo(zone)) == datetime.combine(day, time(9), ZoneInfo(zone))
    assert decided(customer, message=message, now=due) == Send()
    assert decided(customer, message=message, now=due - HOUR) == Defer(due)
    assert decided(customer, message=message, now=due + 12 * HOUR + MINUTE) == Skip("too_late")


def test_without_a_zone_the_shops_is_used():
    """B6."""
    assert due_for(BIRTHDAY, replace(ANN, time_zone=None), SHOP) == local(date(2026, 3, 29), "Europe/London")


def test_a_date_that_was_planned_late_is_late():
    late = replace(BIRTHDAY, created_at=datetime(2026, 3, 31, tzinfo=UTC))

    assert decided(message=late, now=late.created_at) == Skip("too_late")


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Berlin", date(2026, 3, 29)), ("America/New_York", date(2026, 3, 8))]
)
def test_half_past_two_in_the_gap_is_the_instant_that_an_unchanged_clock_would_show(zone, day):
    """B8."""
    message = replace(BIRTHDAY, local_day=day, local_time=time(2, 30))

    due = due_for(message, replace(ANN, time_zone=zone), SHOP)

    assert due.astimezone(ZoneInfo(zone)).time() == time(3, 30)


SEGMENT = replace(BIRTHDAY, audience=Audience(segments=("regulars",)), created_at=datetime(2026, 3, 29, 18, tzinfo=UTC))


def test_a_local_time_that_was_over_at_the_launch_means_now():
    """At 18:00 in London it is past nine in Tokyo, London and New York, not yet in Honolulu."""
    due = {zone: due_for(SEGMENT, replace(ANN, time_zone=zone), SHOP) for zone in ZONES}

    now = {zone for zone, at in due.items() if at == SEGMENT.created_at}
    assert set(ZONES) - now == {"Pacific/Honolulu", "Etc/GMT+12"}
    assert due["Pacific/Honolulu"] == local(date(2026, 3, 29), "Pacific/Honolulu")
    assert decided(replace(ANN, time_zone="Asia/Tokyo"), message=SEGMENT, now=SEGMENT.created_at + HOUR) == Send()


@pytest.mark.parametrize(
    ("launched", "due"),
    [
        (datetime(2026, 3, 29, 20, tzinfo=UTC), datetime(2026, 3, 29, 20, tzinfo=UTC)),
        (datetime(2026, 3, 20, tzinfo=UTC), SEGMENT.created_at),
    ],
)
def test_nobody_hears_of_a_product_before_its_launch(launched, due):
    assert due_for(replace(SEGMENT, send_at=launched), ANN, SHOP) == due


def test_one_instant_holds_for_all_and_else_the_launch():
    assert due_for(SALE, replace(ANN, time_zone="Asia/Tokyo"), SHOP) == NOW
    assert due_for(replace(SALE, send_at=None, created_at=NOW - DAY), ANN, SHOP) == NOW - DAY
    assert due_for(replace(SALE, local_time=time(9)), ANN, SHOP) == NOW


@given(minutes=st.integers(0, 5000), zone=st.sampled_from(ZONES))
def test_whoever_waits_is_mailed_when_the_wait_is_over(minutes, zone):
    now = BIRTHDAY.created_at + minutes * MINUTE
    customer = replace(ANN, time_zone=zone)
    decision = decided(customer, message=BIRTHDAY, now=now)

    if isinstance(decision, Defer):
        assert decision.until > now
        assert decided(customer, message=BIRTHDAY, now=decision.until) == Send()


HELD_OUT = replace(SALE, holdout_percent=50)
OUT, IN = (next(c for c in map(str, range(99)) if is_held_out("sale", c, 50) is held) for held in (True, False))


def test_whoever_is_held_out_is_skipped_only_where_the_mail_would_have_gone():
    out, others = replace(ANN, id=OUT), replace(ANN, id=IN)

    assert decided(out, message=HELD_OUT) == Skip("holdout")
    assert decided(others, message=HELD_OUT) == Send()
    assert decided(out, message=SALE) == Send()
    assert decided(out, replace(BOX, consent=None), message=HELD_OUT) == Skip("no_consent")
    assert decided(out, message=HELD_OUT, now=NOW + 2 * DAY) == Skip("too_late")
    assert decided(out, message=replace(HELD_OUT, send_at=NOW + HOUR)) == Defer(NOW + HOUR)


@pytest.mark.parametrize("early", [1, 29, 59])
def test_nothing_leaves_before_the_undo_window_ends_not_even_what_is_due_within_a_minute(early):
    ends = NOW + timedelta(seconds=early)
    message = replace(SALE, not_before=ends)

    assert decided(message=message) == Defer(ends)
    assert decided(message=message, now=ends - timedelta(microseconds=1)) == Defer(ends)
    assert decided(message=message, now=ends) == Send()
