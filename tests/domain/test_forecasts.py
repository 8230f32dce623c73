"""What a launch would take: minutes at the account's rate and quota, cents for the send, the most for the offer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.benefits import Benefit
from chalicelib.domain.forecasts import (
    Forecast,
    forecast_from_fields,
    minutes_needed,
    send_cost,
    worst_offer_cost,
)
from chalicelib.domain.offers import CodeRule, Limits, Offer
from chalicelib.errors import InvalidInput

DAY = 24 * 60  # minutes


@pytest.mark.parametrize(
    ("due", "rate", "per_day", "sent", "minutes"),
    [
        ({}, 14, 50_000, 0, 0),
        ({5: 1}, 14, 50_000, 0, 1),
        ({5: 14 * 60}, 14, 50_000, 0, 1),
        ({5: 14 * 60 + 1}, 14, 50_000, 0, 2),
        ({0: 60, 600: 60}, 1, 50_000, 0, 601),  # waits for the second lot
        ({0: 1200, 10: 60}, 1, 50_000, 0, 21),  # the second lot waits for the first
        ({0: 1500}, 10, 1000, 0, DAY + 1),  # the rest the day after
        ({0: 1500}, 10, 1000, 600, 2 * DAY + 1),
        ({0: 3000}, 10, 1000, 0, 2 * DAY + 2),
        ({0: 1500}, 10, -1, 0, 3),  # an account without a quota
        ({0: 1}, 0, 50_000, 0, None),
        ({0: 1}, 14, 0, 0, None),
    ],
)
def test_the_minutes_from_the_first_mail_to_the_last(due, rate, per_day, sent, minutes):
    assert minutes_needed(due, rate, per_day, sent) == minutes


@given(
    due=st.dictionaries(st.integers(0, 3000), st.integers(1, 5000), min_size=1, max_size=6),
    rate=st.integers(1, 100),
    per_day=st.integers(500, 5000),
)
def test_no_campaign_is_faster_than_its_rate_its_quota_and_its_due_times(due, rate, per_day):
    minutes, total = minutes_needed(due, rate, per_day, 0), sum(due.values())

    assert minutes is not None
    assert minutes >= max(due) - min(due)
    assert minutes * 60 * rate >= total
    assert minutes >= (-(-total // per_day) - 1) * DAY


@pytest.mark.parametrize(("mails", "cents"), [(0, 0), (1, 1), (1000, 11), (1_000_000, 10_350)])
def test_the_cost_of_a_send_is_that_of_ses_and_our_requests(mails, cents):
    assert send_cost(mails) == cents


TEN_OFF = Benefit(kind="percent", percent=10)


@pytest.mark.parametrize(
    ("benefit", "limits", "code", "worst"),
    [
        (Benefit(kind="amount", amount=500), Limits(), "unique", 50_000),
        (Benefit(kind="amount", amount=500), Limits(total=20), "unique", 10_000),
        (Benefit(kind="amount", amount=500), Limits(total=2000), "unique", 50_000),
        (Benefit(kind="amount", amount=500), Limits(budget=9999), "unique", 9999),
        (Benefit(kind="amount", amount=500), Limits(), "shared", None),  # whoever hears of the code
        (Benefit(kind="amount", amount=500), Limits(total=7), "shared", 3500),
        (Benefit(kind="percent", percent=10, ceiling=300), Limits(), "unique", 30_000),
        (TEN_OFF, Limits(total=20), "unique", None),  # of any basket
        (TEN_OFF, Limits(budget=100_000), "none", 100_000),
        (Benefit(kind="free_delivery"), Limits(), "unique", None),
        (Benefit(kind="gift", sku="mug", name="a mug"), Limits(), "unique", 40_000),
    ],
)
def test_the_most_that_an_offer_can_cost(benefit, limits, code, worst):
    offer = Offer(name="o", benefit=benefit, currency="GBP", limits=limits, code=CodeRule(kind=code))

    assert worst_offer_cost(offer, 100, 400) == worst


def test_a_gift_whose_cost_is_not_known_has_no_bound():
    assert worst_offer_cost(Offer(name="o", benefit=Benefit(kind="gift", sku="mug"), currency="GBP"), 100, None) is None


def test_what_goes_over_the_wire_is_what_was_counted():
    forecast = Forecast()
    forecast.skip("unsubscribed")
    for number in range(50):
        forecast.skipped["x"] += 0
        forecast.samples.append((float(number), f"p{number}"))
    forecast.due[7] = 3

    again = forecast_from_fields(forecast.to_fields())

    assert (again.audience, again.skipped["unsubscribed"], again.will_send) == (1, 1, 3)
    assert again.sample_ids() == [f"p{number}" for number in range(10)]


@pytest.mark.parametrize("fields", [{}, [], {"audience": 1, "skipped": [], "due": {}, "samples": []}])
def test_what_no_answer_gave_is_refused(fields):
    with pytest.raises(InvalidInput, match="begin again"):
        forecast_from_fields(fields)
