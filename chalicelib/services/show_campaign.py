"""Use case: a campaign as its owner sees it: what it is, where it stands and why, its parts, and what comes next."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.campaign_states import Standing, standing
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.launches import part_id
from chalicelib.domain.message_states import state_since
from chalicelib.domain.messages import Message
from chalicelib.domain.quotas import WHY_ALL_WAITS
from chalicelib.ports import App
from chalicelib.services.get_campaign import get_campaign, messages_of
from chalicelib.services.next_step import Step, planned_step
from chalicelib.services.plan_pages import count_waiting
from chalicelib.services.share_pace import why_all_wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A later part of the audience, or one occurrence of a campaign that repeats."""

    name: str  # "rest", "stage-2", "2026-12-01"
    state: str  # "waiting" before it begins
    reason: str
    because: str  # why it began: which variant won and by what
    since: datetime | None
    waiting: int = 0  # people who are in no batch yet


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    """All that is shown of a campaign beside its report."""

    campaign: Campaign
    stands: Standing
    first: Message | None
    parts: tuple[Part, ...] = ()
    next: Step | None = None


def show_campaign(app: App, name: str) -> CampaignView:
    """One campaign. Raises: NotFound."""
    campaign, first = get_campaign(app, name)
    messages, now = messages_of(app, first), app.clock.now()
    stands = standing(messages, now)
    if first is None:
        return CampaignView(campaign=campaign, stands=stands, first=None)
    stands = _with_the_account(app, stands, first)
    over = stands.state in {"done", "cancelled"}
    return CampaignView(
        campaign=campaign,
        stands=stands,
        first=first,
        parts=(*map(_begun, messages[1:]), *_waiting(app, campaign, first, messages)),
        next=None if over else planned_step(campaign, app.catalog.shop(), messages, now),
    )


def _with_the_account(app: App, stands: Standing, first: Message) -> Standing:
    """What is under way stands still while SES lets nothing out: the state says so, and goes on by itself."""
    why = why_all_wait(app, first.stream) if stands.state in {"sending", "stalled"} else None
    if why is None:
        return stands
    return replace(stands, state="paused" if why == "account_paused" else "sending", reason=WHY_ALL_WAITS[why])


def _begun(message: Message) -> Part:
    return Part(
        name=message.id.split(".", 2)[2],
        state=message.state,
        reason=message.state_reason,
        because=message.moves[0].reason if message.is_part and message.moves else "",
        since=state_since(message),
    )


def _waiting(app: App, campaign: Campaign, first: Message, messages: list[Message]) -> list[Part]:
    begun = {message.id for message in messages}
    return [
        Part(name=part, state="waiting", reason="", because="", since=None, waiting=count_waiting(app, id_))
        for part in campaign.later_parts
        if (id_ := part_id(first, part)) not in begun
    ]
