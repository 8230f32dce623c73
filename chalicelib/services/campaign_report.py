"""Use case: the report of one campaign."""

from collections.abc import Sequence
from typing import Any

from chalicelib.domain.goals import budget_report, goal_report
from chalicelib.domain.message_states import is_to_be_planned
from chalicelib.domain.messages import Message
from chalicelib.domain.outcomes import Tally
from chalicelib.ports import App
from chalicelib.services.get_campaign import messages_of
from chalicelib.services.message_report import count_all, group_fields, link_fields, report_fields
from chalicelib.services.show_campaign import CampaignView, show_campaign


def campaign_report(app: App, name: str, by: str | None = None) -> dict[str, Any]:
    """State and counts over all its messages; all zero before the launch.

    `done` is seen here before the tick has settled it: nobody is pending any more, and nothing is to come. Those who
    wait for a later stage, or for the winner of a test, are pending.

    Args:
        app: the ports.
        name: of the campaign.
        by: a name in `message_report.GROUPS`, to have the mails in groups of it, too.

    Raises:
        NotFound: no such campaign. NotMeasured: it is large, and its first count is not ready yet.
    """
    view = show_campaign(app, name)
    messages = messages_of(app, view.first)
    count, at = count_all(app, messages)
    state = seen_state(view, messages, count.tally)
    figures = report_fields(app, count, at)
    return {
        "name": name,
        "state": state,
        "state_reason": view.stands.reason,
        **figures,
        "goal": goal_report(view.campaign, figures),
        "budget": budget_report(view.campaign, figures),
        "links": link_fields(app, count, view.first),
        **group_fields(count, by),
    }


def seen_state(view: CampaignView, messages: Sequence[Message], tally: Tally) -> str:
    """The campaign's state as a person sees it; the tally then has those who wait for a later part, too."""
    waiting = sum(part.waiting for part in view.parts)
    tally.planned += waiting
    tally.pending += waiting
    more = tally.pending or view.next or any(map(is_to_be_planned, messages))
    return view.stands.state if view.stands.state != "sending" or more else "done"
