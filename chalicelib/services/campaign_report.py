"""Use case: the report of one campaign."""

from typing import Any

from chalicelib.ports import App
from chalicelib.services.get_campaign import get_campaign
from chalicelib.services.message_report import report_fields, tally


def campaign_report(app: App, name: str) -> dict[str, Any]:
    """State and counts; all zero before the launch. `done` is seen, not stored: nobody is pending any more.

    Raises:
        NotFound: no such campaign.
    """
    campaign, message = get_campaign(app, name)
    total = tally(app, [message] if message else [])
    state = message.state if message else "draft"
    if state == "sending" and not total.pending:
        state = "done"
    return {
        "name": name,
        "state": state,
        "state_reason": message.state_reason if message else "",
        **report_fields(app, total, campaign.offer),
    }
