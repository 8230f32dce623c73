"""What a report tells of a campaign's goal and budget."""

from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.campaigns import campaign_from_fields
from chalicelib.domain.goals import budget_report, goal_report

REPORT = {
    "clicked": 12,
    "redeemed": 3,
    "orders": 4,
    "revenue": {"amount": 12_500, "currency": "GBP"},
    "discount": {"amount": 1_500, "currency": "GBP"},
}


def read(**more):
    return campaign_from_fields("spring", {"segments": ["a"], "template": "t", **more}, ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("metric", "reached"), [("clicks", 12), ("redemptions", 3), ("orders", 4), ("revenue", 12_500)]
)
def test_a_goal_says_how_much_of_it_was_reached(metric, reached):
    campaign = read(goal={"metric": metric, "target": 200})

    assert goal_report(campaign, REPORT) == {"metric": metric, "target": 200, "reached": reached}


def test_a_budget_says_what_was_used_of_it():
    assert budget_report(read(budget=50_000), REPORT) == {
        "budget": {"amount": 50_000, "currency": "GBP"},
        "used": {"amount": 1_500, "currency": "GBP"},
    }


def test_a_campaign_without_them_says_nothing_of_them():
    assert (goal_report(read(), REPORT), budget_report(read(), REPORT)) == (None, None)
