"""How a campaign's report reads on a terminal."""

import pytest

from chalicelib.cli.report_text import report_text
from chalicelib.domain.arms import holdout_report, variant_arm, variants_report
from tests.domain.test_arms import arm
from tests.services.test_campaign_report import NOTHING

LOSS = {"amount": -1_250, "currency": "GBP"}
CHANCE = "incremental revenue 50.00 GBP between -299.12 GBP and 399.12 GBP, so it may be chance"
EMPTY = {**NOTHING, "links": []}


def lines(**more):
    return [" ".join(line.split()) for line in report_text({**EMPTY, **more}).splitlines()]


def test_counts_come_with_their_share_of_what_they_are_a_part_of():
    found = lines(
        state="paused", state_reason="Paused by itself: why.", planned=1_234, sent=1_000, skipped={"no_consent": 234},
        clicked=55, machine_clicks=3, profit=LOSS, share_of_revenue_with_known_cost=0.5,
        links=[{"number": 1, "link": "https://shop.example.com/", "clicked": 55}], warnings=["so it is"],
    )  # fmt: skip

    for line in (
        "spring: paused - Paused by itself: why.",
        "planned 1,234",
        "sent 1,000 81.0 % of 1,234",
        "skipped: no consent 234 19.0 % of 1,234",
        "clicked 55 5.5 % of 1,000",
        "machine clicks 3",
        "profit -12.50 GBP on the 50 % of the revenue whose cost is known",
        "https://shop.example.com/ 55",
        "Warning: so it is.",
    ):
        assert line in found, line


def test_nothing_is_divided_by_nothing():
    """F12."""
    found = lines()

    assert "clicked 0" in found
    assert "profit not enough data" in found
    assert not any("nan" in line for line in found)


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (arm(1_000, 50, cost=300), "more buyers +15.0 points between +12.2 and +17.9"),
        (arm(1_000, 195, cost=300), "more buyers cannot tell yet"),
        (arm(9, 1, cost=300), "incremental revenue cannot tell yet too few people"),
        (
            arm(1_000, 195, cost=300),
            "incremental revenue 50.00 GBP between -299.12 GBP and 399.12 GBP, so it may be chance",
        ),
        (arm(1_000, 50, cost=300), "would have bought anyway 50 between 38 and 65"),
    ],
)
def test_a_comparison_comes_with_its_interval_or_cannot_tell_yet(held, said):
    found = lines(holdout=holdout_report({"mailed": arm(1_000, 200, cost=300), "holdout": held}, "GBP"))

    assert said in found, found


def test_groups_stand_below_one_another():
    group = {"sent": 1_200, "clicked": 30, "unsubscribed": 2, "bounced": 1, "complained": 0}

    found = lines(by="country", groups=[{"name": "GB", **group}, {"name": "", **group, "sent": 3}])

    for line in (
        "country sent clicked unsubscribed bounced complained",
        "GB 1,200 30 2 1 0",
        "not known 3 30 2 1 0",
    ):
        assert line in found


def test_variants_stand_side_by_side():
    arms = {variant_arm("a"): arm(500, 10, clicked=50), variant_arm("b"): arm(500, 12, clicked=100)}

    found = lines(variants=variants_report(arms, "GBP"))

    assert "a 500 50 10" in found
    assert "b 500 100 12 clicks against a: +10.0 points between +5.6 and +14.4" in found
