"""Use case: take places of the day from the ramp of a new domain, give back those that were not used.

One document of the catalog, `ramp`: the day, its allowance, how many places are taken, and by which messages. It is
only ever changed under the revision that was read, so senders that race never take more than there are. The next day's
allowance comes from this one and from the rows of its mails; no number is carried along beside it. A sender that dies
between its places and its claims leaves those places unused: a day may bring fewer mails than it allows, never more.
"""

from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.ramp import RampDay, day_from_body, day_to_body, is_over, opened, with_places
from chalicelib.domain.shop import Shop
from chalicelib.errors import StaleRevision
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying

_KIND, _NAME = "ramp", "marketing"


def take_places(app: App, shop: Shop, message_id: str, wanted: int, now: datetime) -> int | None:
    """How many of so many mails may be claimed now; None: too many senders asked at once, ask again shortly.

    Without a ramp, and once the domain is warm, all.
    """
    ramp = shop.ramp
    if ramp is None or not wanted:
        return wanted

    def take() -> int:
        document, state = ramp_today(app, shop, now)
        after, got = (state, wanted) if is_over(ramp, state) else with_places(state, message_id, wanted)
        body = day_to_body(after)
        if body != document.body:
            app.catalog.put(replace(document, body=body))
        return got

    try:
        return retrying(take)
    except StaleRevision:
        return None


def open_day(app: App) -> None:
    """Count yesterday and begin today, so that no sender has to. Repeating it changes nothing."""
    shop = app.catalog.shop()
    if shop.ramp is None:
        return
    document, state = ramp_today(app, shop, app.clock.now())
    if day_to_body(state) != document.body:
        app.catalog.put(replace(document, body=day_to_body(state)))


def give_back_places(app: App, shop: Shop, count: int, now: datetime) -> None:
    """So many mailboxes were not claimed after all. Where that fails, their places of today stay unused."""
    ramp = shop.ramp
    if ramp is None or not count:
        return

    def give() -> None:
        document, state = ramp_today(app, shop, now)
        if not is_over(ramp, state) and state.taken >= count:
            app.catalog.put(replace(document, body=day_to_body(replace(state, taken=state.taken - count))))

    try:
        retrying(give)
    except StaleRevision:
        return


def ramp_today(app: App, shop: Shop, now: datetime) -> tuple[Document, RampDay]:
    """Where the ramp stands today, as it is to be written over the document. Whoever comes first counts yesterday.

    Raises:
        ValueError: the shop has no ramp.
    """
    if shop.ramp is None:
        raise ValueError("the shop has no ramp")
    today = now.astimezone(shop.zone).date()
    document = app.catalog.get(_KIND, _NAME) or Document(kind=_KIND, name=_NAME, body={})
    last = day_from_body(document.body) if document.body else None
    if last is not None and last.start == shop.ramp.start and (last.day >= today or is_over(shop.ramp, last)):
        return document, last
    sent, bounced, complained = _how_it_went(app, shop, last) if last else (0, 0, 0)
    return document, opened(shop.ramp, last, today, sent, bounced, complained)


def _how_it_went(app: App, shop: Shop, last: RampDay) -> tuple[int, int, int]:
    """Mails of that day, hard bounces and complaints among them, as their rows are now."""
    sent = bounced = complained = 0
    for message_id in last.messages:
        for batch in app.batches.of(message_id):
            for row in app.rows.of(message_id, batch.id).values():
                if row.status == "sent" and _day_of(shop, row.at) == last.day:
                    sent += 1
                    bounced += row.delivery == "bounced"
                    complained += row.delivery == "complained"
    return sent, bounced, complained


def _day_of(shop: Shop, at: datetime) -> date:
    return at.astimezone(shop.zone).date()
