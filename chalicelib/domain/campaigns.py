"""What a campaign is, how it is written and read, and which of its fields contradict each other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.dates import parse_instant
from chalicelib.domain.durations import clock_time, span, span_text
from chalicelib.domain.launch_stages import (
    LaunchStage,
    count_stages,
    go_on,
    go_on_text,
    read_stages,
    stages_to_fields,
)
from chalicelib.domain.messages import FollowUp, FollowUpOf, Priority
from chalicelib.domain.reading import MAX_AMOUNT, Faults, Fields, one_of
from chalicelib.domain.repeats import Repeat, read_repeat, repeat_to_fields
from chalicelib.domain.shop import sender_name
from chalicelib.domain.variants import (
    VariantPlan,
    Winner,
    read_variants,
    read_winner,
    variants_to_fields,
    winner_to_fields,
)

MOST_HELD_OUT = 50  # percent
Metric = Literal["clicks", "redemptions", "orders", "revenue"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What the campaign is to reach: so many people who click or redeem, orders, or minor units of revenue."""

    metric: Metric
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One message to one audience at a time, before its launch."""

    name: str
    segments: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    follow_up: FollowUp | None = None  # only those whom an earlier campaign was sent to, by what they did
    template: str = ""
    offer: str | None = None
    send_at: datetime | None = None  # aware UTC; None: at the launch
    local_time: time | None = None  # on the day of `send_at`, in each recipient's zone
    max_lateness: timedelta = timedelta(hours=24)
    topic: str | None = None  # None: the shop's
    from_name: str | None = None  # None: the shop's name
    reply_to: str | None = None  # None: the shop's
    include_unengaged: bool = False
    holdout_percent: int = 0  # 0..50: so many of those who would get it are not mailed, to be compared with
    priority: Priority = "normal"  # which of several campaigns goes first
    variants: tuple[VariantPlan, ...] = ()
    winner: Winner | None = None  # None: all variants go to everybody who is drawn for them
    stages: tuple[LaunchStage, ...] = ()
    go_on: timedelta | None = None  # from the start of one stage to that of the next; None: by hand
    repeat: Repeat | None = None
    goal: Goal | None = None
    budget: int | None = None  # minor units that its offers may cost at most

    @property
    def message_id(self) -> str:
        """The id of its one launch: launching twice finds the same message."""
        return f"c.{self.name}"

    @property
    def later_parts(self) -> tuple[str, ...]:
        """The parts of its audience that are frozen at the launch, but go later, in order: their names."""
        if self.winner is not None:
            return (REST,)
        return tuple(f"stage-{number}" for number in range(2, count_stages(self.stages) + 1)) if self.stages else ()

    @property
    def offers(self) -> frozenset[str]:
        """All that it may give."""
        arms = {arm.offer if arm.has_offer else self.offer for arm in self.variants} or {self.offer}
        return frozenset(offer for offer in arms if offer is not None)

    @property
    def templates(self) -> frozenset[str]:
        """All that it may send."""
        return frozenset({arm.template or self.template for arm in self.variants} or {self.template})


REST = "rest"  # the part that waits for the winner


def campaign_from_fields(name: str, fields: Mapping[str, Any], zone: ZoneInfo) -> Campaign:
    """Read a campaign; times without an offset are in `zone`. Raises InvalidInput naming every wrong field."""
    faults = Faults()
    body = Fields({**fields, "name": name}, "", faults)
    body.needed("template", *(("segments",) if body.value("follow_up") is None else ()))
    campaign = Campaign(
        name=body.slug("name") or "",
        segments=body.slugs("segments"),
        exclude=body.slugs("exclude"),
        follow_up=_follow_up(body),
        template=body.slug("template") or "",
        offer=body.slug("offer"),
        send_at=body.parsed("send_at", lambda value: parse_instant(value, zone), None),
        local_time=body.parsed("local_time", clock_time, None),
        max_lateness=body.parsed("max_lateness", span, timedelta(hours=24)),
        topic=body.slug("topic"),
        from_name=body.parsed("from_name", sender_name, None),
        reply_to=body.parsed("reply_to", normalise_address, None),
        include_unengaged=body.flag("include_unengaged"),
        holdout_percent=body.whole("holdout_percent", 0, MOST_HELD_OUT) or 0,
        priority=body.parsed("priority", one_of(Priority), "normal"),
        variants=read_variants(body, faults),
        winner=read_winner(body),
        stages=read_stages(body, faults),
        go_on=body.parsed("go_on", go_on, None),
        repeat=read_repeat(body),
        goal=_goal(body),
        budget=body.whole("budget", 1, MAX_AMOUNT),
    )
    for where, message in _contradictions(campaign, body, zone):
        body.invalid(where, message)
    body.done()
    faults.refuse(f"Campaign {name[:70]!r}")
    return campaign


def _follow_up(body: Fields) -> FollowUp | None:
    if body.value("follow_up") is None:
        return None
    inner = body.inner("follow_up")
    inner.needed("campaign", "who")
    campaign = inner.slug("campaign") or ""
    who: FollowUpOf = inner.parsed("who", one_of(FollowUpOf), "not_clicked")
    inner.done()
    return FollowUp(campaign=campaign, who=who)


def _goal(body: Fields) -> Goal | None:
    if body.value("goal") is None:
        return None
    inner = body.inner("goal")
    inner.needed("metric", "target")
    metric: Metric = inner.parsed("metric", one_of(Metric), "clicks")
    goal = Goal(metric=metric, target=inner.whole("target", 1, MAX_AMOUNT) or 1)
    inner.done()
    return goal


def _contradictions(campaign: Campaign, body: Fields, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """(field, what is wrong) for each pair of fields that cannot be meant together."""
    if campaign.winner and not campaign.variants:
        yield "winner", "needs `variants` to choose from"
    if campaign.winner and campaign.local_time:
        yield "winner", "cannot go with `local_time`: the rest goes as soon as the winner is known"
    if campaign.winner and campaign.winner.by == "redemptions" and not _all_have_offers(campaign):
        yield "winner.by", "redemptions need an offer in every variant"
    if campaign.stages and campaign.winner:
        yield "stages", "cannot go with `winner`: a test is itself a first stage"
    if body.value("go_on") is not None and not campaign.stages:
        yield "go_on", "needs `stages`"
    if campaign.follow_up and campaign.follow_up.campaign == campaign.name:
        yield "follow_up.campaign", "must be an earlier campaign, not this one"
    if campaign.repeat:
        yield from _against_repeating(campaign, campaign.repeat, zone)


def _all_have_offers(campaign: Campaign) -> bool:
    return all((arm.offer if arm.has_offer else campaign.offer) is not None for arm in campaign.variants)


def _against_repeating(campaign: Campaign, repeat: Repeat, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    if campaign.local_time is None:
        yield "repeat", "needs `local_time`, the time of day at which it goes out"
    for name in ("winner", "stages", "follow_up"):
        if getattr(campaign, name):
            yield "repeat", f"cannot go with `{name}`: each occurrence is planned on its own day"
    if repeat.until and campaign.send_at and repeat.until < campaign.send_at.astimezone(zone).date():
        yield "repeat.until", f"{repeat.until} lies before `send_at`, so it would never go out"


def campaign_to_fields(campaign: Campaign) -> dict[str, Any]:
    """The campaign as the API shows it, without its state."""
    return {
        "segments": list(campaign.segments),
        "exclude": list(campaign.exclude),
        "follow_up": _shown(campaign.follow_up, lambda one: {"campaign": one.campaign, "who": one.who}),
        "template": campaign.template,
        "offer": campaign.offer,
        "send_at": _shown(campaign.send_at, datetime.isoformat),
        "local_time": _shown(campaign.local_time, lambda at: at.strftime("%H:%M")),
        "max_lateness": span_text(campaign.max_lateness),
        "topic": campaign.topic,
        "from_name": campaign.from_name,
        "reply_to": campaign.reply_to,
        "include_unengaged": campaign.include_unengaged,
        "holdout_percent": campaign.holdout_percent,
        "priority": campaign.priority,
        "variants": variants_to_fields(campaign.variants),
        "winner": winner_to_fields(campaign.winner),
        "stages": stages_to_fields(campaign.stages),
        "go_on": go_on_text(campaign.go_on) if campaign.stages else None,
        "repeat": repeat_to_fields(campaign.repeat),
        "goal": _shown(campaign.goal, lambda goal: {"metric": goal.metric, "target": goal.target}),
        "budget": campaign.budget,
    }


def _shown(value: T | None, show: Callable[[T], Any]) -> Any:
    return None if value is None else show(value)
