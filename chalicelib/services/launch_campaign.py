"""Use case: launch a campaign, once. What cannot be sent as promised is refused before anyone is mailed."""

from collections.abc import Iterator

from chalicelib.domain.campaigns import Campaign, launch
from chalicelib.domain.flows import starts_at
from chalicelib.domain.messages import Message
from chalicelib.domain.shop import Shop
from chalicelib.errors import Detail, InvalidInput
from chalicelib.ports import App
from chalicelib.services.feed_due import feed_due
from chalicelib.services.get_campaign import get_campaign
from chalicelib.services.launch_message import launch_message, pin_versions


def launch_campaign(app: App, name: str) -> Message:
    """The launched message; launching again answers with the same one and starts nothing.

    Raises:
        NotFound: no such campaign. InvalidInput: naming everything that stands against the launch.
    """
    campaign, launched = get_campaign(app, name)
    if launched is not None:
        return launched
    shop = app.catalog.shop()
    check_launch(app, campaign, shop)
    now = app.clock.now()
    message = launch(campaign, pin_versions(app, campaign.template), shop, now)
    launch_message(app, message, max(now, starts_at(message)))
    feed_due(app)
    return app.messages.get(message.id) or message


def check_launch(app: App, campaign: Campaign, shop: Shop) -> None:
    """Raise InvalidInput, naming everything that stands against a launch."""
    if reasons := list(_against(app, campaign, shop)):
        raise InvalidInput(f"Campaign {campaign.name!r} cannot be launched yet.", reasons)


def _against(app: App, campaign: Campaign, shop: Shop) -> Iterator[Detail]:
    if not shop.postal_address.strip():
        yield Detail("shop.postal_address", "is empty: marketing mail must carry the shop's postal address")
    for name in (*campaign.segments, *campaign.exclude):
        if app.catalog.get("segment", name) is None:
            yield Detail("segments", f"there is no segment {name!r}")
    if campaign.offer is not None:
        offer = app.catalog.offer(campaign.offer)
        if offer is None:
            yield Detail("offer", f"there is no offer {campaign.offer!r}")
        elif offer.stopped or (offer.validity.ends_at and offer.validity.ends_at <= app.clock.now()):
            yield Detail("offer", f"offer {campaign.offer!r} has ended or was stopped: its voucher would be refused")
