"""The sending rate and the daily quota."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.local.ses.errors import SesError
from chalicelib.local.ses.limits import SendingLimits


def test_no_sliding_second_holds_more_than_the_rate(new_bench):
    """A15, with the clock running: as many calls as boto3 can make in 2.5 s."""
    bench = new_bench(clock=lambda: datetime.fromtimestamp(time.monotonic(), UTC), rate=40)
    refused, end = 0, time.monotonic() + 2.5

    while time.monotonic() < end:
        try:
            bench.send()
        except bench.client.exceptions.TooManyRequestsException:
            refused += 1

    accepted = sorted(datetime.fromisoformat(mail["sent_at"]).timestamp() for mail in bench.stand_in.mails())
    assert refused > 0
    assert 80 < len(accepted) <= 120  # 40 at once, and again after one and two seconds
    assert all(later - earlier >= 0.999 for earlier, later in zip(accepted, accepted[40:], strict=False))


def test_the_rate_is_200_and_can_be_set(bench):
    assert bench.client.get_account()["SendQuota"]["MaxSendRate"] == 200.0

    bench.control("rate", {"rate": 2})

    bench.send()
    bench.send()
    bench.clock.move(0.999)
    with pytest.raises(bench.client.exceptions.TooManyRequestsException) as caught:
        bench.send()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert caught.value.response["Error"]["Message"] == "Maximum sending rate exceeded."
    bench.clock.move(0.001)
    bench.send()
    assert bench.client.get_account()["SendQuota"] == {
        "Max24HourSend": 1_000_000.0,
        "MaxSendRate": 2.0,
        "SentLast24Hours": 3.0,
    }


def test_the_daily_quota_counts_recipients_of_24_hours_but_not_the_simulator(bench):
    """A4."""
    bench.control("rate", {"rate": 100, "daily_quota": 3})
    bench.send(Destination={"ToAddresses": ["a@example.com", "b@example.com"]})
    bench.send("success@simulator.amazonses.com")

    with pytest.raises(bench.client.exceptions.LimitExceededException, match="Daily message quota exceeded."):
        bench.send(Destination={"ToAddresses": ["c@example.com", "d@example.com"]})
    bench.send("c@example.com")
    with pytest.raises(bench.client.exceptions.LimitExceededException):
        bench.send("d@example.com")
    bench.send("success+late@simulator.amazonses.com")
    assert bench.client.get_account()["SendQuota"]["SentLast24Hours"] == 3.0

    bench.clock.move(86_400)
    bench.send("d@example.com")
    assert len(bench.stand_in.mails()) == 6


def test_one_message_to_more_people_than_the_rate_passes_only_into_an_empty_second():
    limits = SendingLimits(rate=2, daily_quota=-1)

    limits.take(5, 5, 10.0)
    with pytest.raises(SesError):
        limits.take(1, 1, 10.9)
    limits.take(1, 1, 11.0)
    with pytest.raises(SesError):
        limits.take(5, 5, 11.5)

    assert limits.sent_last_24_hours(11.5) == 6


def test_a_rate_below_one_spreads_over_more_than_a_second():
    limits = SendingLimits(rate=0.5, daily_quota=-1)
    limits.take(1, 1, 0.0)

    with pytest.raises(SesError):
        limits.take(1, 1, 1.9)
    limits.take(1, 1, 2.0)


@given(rate=st.integers(1, 20), steps=st.lists(st.floats(0, 0.4), max_size=80))
def test_any_second_of_any_schedule_stays_within_the_rate(rate, steps):
    limits, now, accepted = SendingLimits(rate, -1), 0.0, []
    for step in steps:
        now += step
        try:
            limits.take(1, 1, now)
        except SesError:
            continue
        accepted.append(now)

    for start in accepted:
        assert sum(start <= at < start + 1.0 for at in accepted if at - start < 1.0) <= rate
