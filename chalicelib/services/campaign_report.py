"""Use case: the report of one campaign."""

from typing import Any

from chalicelib.domain.message_states import is_to_be_planned
from chalicelib.ports import App
from chalicelib.services.get_campaign import messages_of
from chalicelib.services.message_report import report_fields, tally
from chalicelib.services.show_campaign import show_campaign


def campaign_report(app: App, name: str) -> dict[str, Any]:
    """State and counts over all its messages; all zero before the launch.

    `done` is seen here before the tick has settled it: nobody is pending any more, and nothing is to come. Those who
    wait for a later stage, or for the winner of a test, are pending.

    Raises:
        NotFound: no such campaign.
    """
    view = show_campaign(app, name)
    campaign, state = view.campaign, view.stands.state
    messages = messages_of(app, view.first)
    total = tally(app, messages)
    waiting = sum(part.waiting for part in view.parts)
    total.planned += waiting
    total.pending += waiting
    if state == "sending" and not total.pending and not (view.next or any(map(is_to_be_planned, messages))):
        state = "done"
    return {
        "name": name,
        "state": state,
        "state_reason": view.stands.reason,
        **report_fields(app, total, campaign.offer),
    }
