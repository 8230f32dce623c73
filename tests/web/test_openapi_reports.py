"""What reports answer is what the document says of them."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from chalicelib.domain.arms import Arm, holdout_report, variant_arm, variants_report
from chalicelib.services.campaign_report import campaign_report
from chalicelib.services.customer_timeline import customer_timeline
from chalicelib.services.show_reputation import show_reputation
from chalicelib.web.openapi import document
from tests.domain.test_arms import arm
from tests.services.test_count_message import buy, click, selling_shop
from tests.services.test_show_reputation import mailed_shop


def fits(answer: dict[str, Any], schema: str) -> None:
    """Raise where the answer is not what the schema says, or has a field that it does not name."""
    whole = document()
    Draft202012Validator({"$ref": f"#/components/schemas/{schema}", **whole}).validate(answer)
    assert set(answer) - {"name", "state", "state_reason", "enabled"} <= set(
        whole["components"]["schemas"][schema]["properties"]
    )


def test_a_campaigns_report_fits():
    shop = selling_shop()
    click(shop, "p000")
    buy(shop, "p000", "o1")

    fits(shop.report(), "Report")
    fits(campaign_report(shop.app, "spring", "country"), "Report")


@pytest.mark.parametrize("held", [Arm(), arm(1, 0), arm(100, 50, cost=1)])
def test_comparisons_fit_also_where_nothing_can_be_told(held):
    """F12."""
    arms = {"mailed": arm(100, 50, cost=1), "holdout": held, variant_arm("a"): held, variant_arm("b"): arm(40, 1)}
    report = selling_shop().report()

    found = {**report, "holdout": holdout_report(arms, "GBP"), "variants": variants_report(arms, "GBP")}

    fits(found, "Report")


def test_reputation_and_timeline_fit():
    shop = mailed_shop()

    fits(show_reputation(shop.app), "Reputation")
    fits(customer_timeline(shop.app, "p000", limit=1), "Timeline")
