"""Use case: let the next stage of a campaign go, by hand."""

from chalicelib.domain.campaign_states import standing
from chalicelib.domain.launches import start_part
from chalicelib.domain.messages import Message
from chalicelib.errors import Conflict
from chalicelib.ports import App
from chalicelib.services.begin_part import begin_part
from chalicelib.services.feed_due import feed_due
from chalicelib.services.get_campaign import get_campaign, messages_of
from chalicelib.services.live_campaigns import note_live
from chalicelib.services.next_step import next_part
from chalicelib.services.watch_message import watch_message


def continue_campaign(app: App, name: str) -> Message:
    """Start its next stage now, also where it would go on by itself later; the first message of the campaign.

    Raises:
        NotFound: no such campaign. Conflict: it has no stage left, stands still, or the stage before is still going
            out. Two who ask at once start one stage.
    """
    campaign, first = get_campaign(app, name)
    messages = messages_of(app, first)
    stands = standing(messages, app.clock.now()).state
    if first is None or stands != "sending":
        raise Conflict(f"Campaign {name!r} is {stands}; its next stage can begin only once it is sending.")
    part = next_part(campaign, first, {message.id: message for message in messages})
    if part is None or not campaign.stages:
        raise Conflict(f"Campaign {name!r} has no stage left to go on with.")
    shop, now = app.catalog.shop(), app.clock.now()
    if watch_message(app, messages[-1], now, stands_for_all=True).is_busy(now):
        raise Conflict(f"The stage before {part!r} of {name!r} is still going out; try again when it has, or pause it.")
    note_live(app, name)
    begin_part(app, start_part(first, part, shop, now, "continued by hand"), now)
    feed_due(app)
    return app.messages.get(first.id) or first
