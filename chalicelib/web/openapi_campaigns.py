"""Campaigns in the OpenAPI document: their routes and schemas."""

from typing import get_args

from chalicelib.domain.campaign_states import CampaignState
from chalicelib.domain.campaigns import MOST_HELD_OUT, Metric
from chalicelib.domain.launch_stages import StageField
from chalicelib.domain.messages import FollowUpOf, Priority
from chalicelib.domain.repeats import WEEKDAYS, Every
from chalicelib.domain.shop import MAX_UNDO_SECONDS
from chalicelib.domain.variants import WinnerBy
from chalicelib.web.json_schemas import (
    COUNT,
    COUNTS,
    FLAG,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    TIME_OR_NULL,
    WHOLE,
    Schema,
    listed,
    maybe,
    record,
    ref,
)
from chalicelib.web.openapi_route import Route

_NAMED = "/v1/campaigns/{name}"
_SUBJECT: Schema = {"anyOf": [TEXT, {"type": "object", "additionalProperties": TEXT}]}
_CAMPAIGN: dict[str, Schema] = {
    "segments": TEXTS,
    "exclude": TEXTS,
    "follow_up": maybe(record("campaign who", campaign=TEXT, who={"enum": list(get_args(FollowUpOf))})),
    "template": TEXT,
    "offer": TEXT_OR_NULL,
    "send_at": TIME_OR_NULL,
    "local_time": TEXT_OR_NULL,
    "max_lateness": TEXT_OR_NULL,
    "topic": TEXT_OR_NULL,
    "from_name": TEXT_OR_NULL,
    "reply_to": TEXT_OR_NULL,
    "include_unengaged": FLAG,
    "holdout_percent": {"type": "integer", "minimum": 0, "maximum": MOST_HELD_OUT},
    "priority": {"enum": list(get_args(Priority))},
    "variants": maybe(
        listed(record("name", name=TEXT, share=WHOLE, template=TEXT, subject=_SUBJECT, offer=TEXT_OR_NULL))
    ),
    "winner": maybe(record("by after", by={"enum": list(get_args(WinnerBy))}, after=TEXT, test_percent=WHOLE)),
    "stages": maybe(listed(record(share=WHOLE, field={"enum": list(get_args(StageField))}, in_=TEXTS, segments=TEXTS))),
    "go_on": TEXT_OR_NULL,
    "repeat": maybe(
        record(
            "every",
            every={"enum": list(get_args(Every))},
            weekday={"enum": list(WEEKDAYS)},
            day={"type": "integer", "minimum": 1, "maximum": 31},
            until={"type": "string", "format": "date"},
        )
    ),
    "goal": maybe(record("metric target", metric={"enum": list(get_args(Metric))}, target=COUNT)),
    "budget": {"type": ["integer", "null"], "minimum": 1},
}
_PART = record(
    "name state waiting",
    name=TEXT,
    state=TEXT,
    state_reason=TEXT,
    because=TEXT,
    state_since=TIME_OR_NULL,
    waiting=COUNT,
)
_STEP = record("what name at", what={"enum": ["winner", "stage", "occurrence"]}, name=TEXT, at=TIME_OR_NULL)

CAMPAIGN_SCHEMAS: dict[str, Schema] = {
    "CampaignFields": record("", _CAMPAIGN),
    "DryRunFields": record(closed=True, next=TEXT_OR_NULL),
    "DryRun": record(
        "audience will_send will_skip cost worst_offer_cost minutes warnings samples next",
        audience=COUNT,
        will_send=COUNT,
        will_skip=COUNTS,
        cost=ref("Money"),
        worst_offer_cost=maybe(ref("Money")),
        minutes={"type": ["integer", "null"]},
        warnings=listed(record("rule where message severity", rule=TEXT, where=TEXT, message=TEXT, severity=TEXT)),
        samples=listed(record("customer_id subject html text", customer_id=TEXT, subject=TEXT, html=TEXT, text=TEXT)),
        next=TEXT_OR_NULL,
    ),
    "LaunchFields": record(undo_seconds={"type": "integer", "minimum": 0, "maximum": MAX_UNDO_SECONDS}, closed=True),
    "Campaign": record(
        "name segments template state state_reason parts next",
        _CAMPAIGN,
        name=TEXT,
        state={"enum": list(get_args(CampaignState))},
        state_reason=TEXT,
        state_since=TIME_OR_NULL,
        launched_at=TIME_OR_NULL,
        snapshot_at=TIME_OR_NULL,
        undo_until=TIME_OR_NULL,
        parts=listed(_PART),
        next=maybe(_STEP),
    ),
}

CAMPAIGN_ROUTES: tuple[Route, ...] = (
    Route(method="GET", path=_NAMED, about="A campaign, where it stands and why", answer="Campaign"),
    Route(
        method="PUT",
        path=_NAMED,
        about="Create a campaign, or change one that was not launched",
        body="CampaignFields",
        answer="Campaign",
    ),
    Route(
        method="POST",
        path=f"{_NAMED}/dry-run",
        about="What a launch would do: who gets it, who does not and why, cost, time, warnings, samples",
        body="DryRunFields",
        answer="DryRun",
    ),
    Route(
        method="POST",
        path=f"{_NAMED}/launch",
        about="Launch it",
        body="LaunchFields",
        answer="Campaign",
        status=202,
        once=True,
    ),
    Route(method="POST", path=f"{_NAMED}/pause", about="Stop sending for now", answer="Campaign"),
    Route(method="POST", path=f"{_NAMED}/resume", about="Go on sending", answer="Campaign"),
    Route(method="POST", path=f"{_NAMED}/cancel", about="End it for good", answer="Campaign"),
    Route(method="POST", path=f"{_NAMED}/continue", about="Let its next stage go now", answer="Campaign", once=True),
    Route(
        method="POST",
        path=f"{_NAMED}/test-send",
        about="Send a test of its mail to a few addresses; it uses no voucher and counts nowhere",
        body="CampaignTestFields",
        answer="TestSent",
        once=True,
    ),
    Route(method="GET", path=f"{_NAMED}/report", about="What became of it", answer="Report", query=("by",)),
)
