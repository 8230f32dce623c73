"""How near a campaign is to its goal, and what its offers have used of its budget."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.campaigns import Campaign, Metric

# Which figure of a report a metric is. Revenue is money, in minor units; all others are counts.
FIGURES: Mapping[Metric, str] = {
    "clicks": "clicked",
    "redemptions": "redeemed",
    "orders": "orders",
    "revenue": "revenue",
}


def goal_report(campaign: Campaign, report: Mapping[str, Any]) -> dict[str, Any] | None:
    """The goal with what was `reached` so far; None: the campaign has none."""
    if campaign.goal is None:
        return None
    figure = report[FIGURES[campaign.goal.metric]]
    reached = figure["amount"] if isinstance(figure, Mapping) else figure
    return {"metric": campaign.goal.metric, "target": campaign.goal.target, "reached": reached}


def budget_report(campaign: Campaign, report: Mapping[str, Any]) -> dict[str, Any] | None:
    """The budget with the discount that counts against it, as money; None: the campaign has none."""
    if campaign.budget is None:
        return None
    return {"budget": {**report["discount"], "amount": campaign.budget}, "used": report["discount"]}
