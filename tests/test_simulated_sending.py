"""The real use cases over many workers in simulated time: the rate is used, never passed, and nobody is lost."""

from collections import Counter

import pytest

from bench.pace import numbers, share, simulate, worst_second
from bench.simulated.account import Account, Scenario


def check(outcome, planned):
    """Nobody is lost, nobody gets two, nothing failed, no second was above the rate."""
    per_person = Counter((message, to) for _, message, to in outcome.arrivals)
    assert max(per_person.values()) == 1
    assert outcome.failures == []
    assert (outcome.rows["sent"], outcome.pending) == (len(outcome.arrivals), 0)
    assert outcome.rows["sent"] - len(outcome.waits) == planned
    assert worst_second(outcome) <= outcome.scenario.rate


@pytest.mark.parametrize("bulk", [False, True])
def test_three_campaigns_at_once_use_fourteen_a_second_and_no_more(bulk):
    """A15."""
    outcome = simulate(14.0, 1000, bulk=bulk)

    check(outcome, 1200)
    assert share(outcome) >= 96
    assert max(outcome.waits) < 8


def test_the_quota_of_the_day_stops_marketing_and_leaves_the_rest_to_transactional_mail():
    """A4: a tenth of the day is kept."""
    outcome = Account(Scenario(rate=50.0, bulk=True, campaigns={"spring": (1000, 0.0)}, per_day=500)).run(180)

    marketing = len(outcome.arrivals) - len(outcome.waits)
    assert marketing <= 450
    assert marketing >= 440
    assert len(outcome.waits) >= 20
    assert outcome.pending == 1000 - marketing
    assert outcome.failures == []


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "bulk"), [(14.0, False), (14.0, True), (200.0, False), (200.0, True), (1000.0, True)])
def test_a_campaign_of_a_hundred_thousand_uses_the_rate(rate, bulk):
    """A15, and the limits of the design's section 10."""
    outcome = simulate(rate, 100_000, bulk=bulk)

    print(numbers(outcome))  # noqa: T201
    check(outcome, 120_000)
    assert share(outcome) >= 97
