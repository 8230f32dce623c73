"""Use case: launch a campaign, once. What cannot be sent as promised is refused before anyone is mailed."""

from collections.abc import Iterator
from datetime import timedelta

from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.durations import span_text
from chalicelib.domain.launches import is_too_late, launch
from chalicelib.domain.messages import Message
from chalicelib.domain.offers import Offer
from chalicelib.domain.shop import Shop
from chalicelib.domain.template_versions import Author
from chalicelib.errors import Detail, InvalidInput
from chalicelib.ports import App
from chalicelib.services.approve_launch import require_approval
from chalicelib.services.feed_due import feed_due
from chalicelib.services.get_campaign import get_campaign
from chalicelib.services.launch_message import launch_message, pin_versions
from chalicelib.services.live_campaigns import note_live
from chalicelib.services.pin_variants import pin_variants


def launch_campaign(app: App, name: str, *, undo: timedelta | None = None, author: Author | None = None) -> Message:
    """The first message of the launch; launching again answers with the same one and starts nothing.

    Args:
        app: the ports.
        name: of the campaign.
        undo: nothing leaves for so long; None: as long as the shop's `undo_seconds` say.
        author: who launches it; None: nobody's name is known.

    Raises:
        NotFound: no such campaign. InvalidInput: naming everything that stands against the launch.
        ApprovalNeeded: it reaches so many people that a second person has to launch it, too.
    """
    campaign, launched = get_campaign(app, name)
    if launched is not None:
        return launched
    shop = app.catalog.shop()
    check_launch(app, campaign, shop)
    now = app.clock.now()
    message = launch(
        campaign,
        pin_versions(app, campaign.template),
        shop,
        now,
        variants=pin_variants(app, campaign),
        undo=timedelta(seconds=shop.undo_seconds) if undo is None else undo,
    )
    require_approval(app, campaign, message, shop, author or Author())
    note_live(app, name)
    launch_message(app, message, None if campaign.repeat else now)
    feed_due(app)
    return app.messages.get(message.id) or message


def check_launch(app: App, campaign: Campaign, shop: Shop) -> None:
    """Raise InvalidInput, naming everything that stands against a launch."""
    if reasons := list(_against(app, campaign, shop)):
        raise InvalidInput(f"Campaign {campaign.name!r} cannot be launched yet.", reasons)


def _against(app: App, campaign: Campaign, shop: Shop) -> Iterator[Detail]:
    if not shop.postal_address.strip():
        yield Detail("shop.postal_address", "is empty: marketing mail must carry the shop's postal address")
    stages = [name for stage in campaign.stages for name in stage.segments]
    for name in dict.fromkeys((*campaign.segments, *campaign.exclude, *stages)):
        if app.catalog.get("segment", name) is None:
            yield Detail("segments", f"there is no segment {name!r}")
    offers = {name: app.catalog.offer(name) for name in sorted(campaign.offers)}
    for name, offer in offers.items():
        yield from _against_offer(app, name, offer)
    yield from _over_budget(campaign, [offer for offer in offers.values() if offer is not None])
    if campaign.follow_up is not None and app.messages.get(f"c.{campaign.follow_up.campaign}") is None:
        yield Detail("follow_up.campaign", f"there is no launched campaign {campaign.follow_up.campaign!r}")
    until, today = campaign.repeat.until if campaign.repeat else None, app.clock.now().astimezone(shop.zone).date()
    if until is not None and until < today:
        yield Detail("repeat.until", f"{until} is over: it would never go out. Set a later day.")
    if is_too_late(campaign, shop, app.clock.now()):
        late = f"lies further back than max_lateness ({span_text(campaign.max_lateness)}): everybody would be skipped"
        yield Detail("send_at", f"{late}. Set a later send_at.")


def _against_offer(app: App, name: str, offer: Offer | None) -> Iterator[Detail]:
    if offer is None:
        yield Detail("offer", f"there is no offer {name!r}")
    elif offer.stopped or (offer.validity.ends_at and offer.validity.ends_at <= app.clock.now()):
        yield Detail("offer", f"offer {name!r} has ended or was stopped: its voucher would be refused")


def _over_budget(campaign: Campaign, offers: list[Offer]) -> Iterator[Detail]:
    """What the offers may cost at most is what their own budgets say: those hold under any race of redemptions."""
    if campaign.budget is None:
        return
    open_ended = [offer.name for offer in offers if offer.limits.budget is None]
    if open_ended:
        yield Detail("budget", f"is {campaign.budget}, but {', '.join(open_ended)} has no limits.budget: set one")
    worst = sum(offer.limits.budget or 0 for offer in offers)
    if worst > campaign.budget:
        yield Detail("budget", f"is {campaign.budget}, but its offers may cost {worst}: lower their limits.budget")
