"""Use case: resolve the audience of a launched message into batches that are frozen once written."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.batches import BATCH_SIZE, BULK_BATCH_SIZE, group_into_batches
from chalicelib.domain.campaigns import REST, Campaign
from chalicelib.domain.customers import Customer
from chalicelib.domain.decisions import planned_for, turn_for
from chalicelib.domain.launch_stages import stage_of
from chalicelib.domain.launches import launched_campaign
from chalicelib.domain.message_states import is_to_be_planned, planned
from chalicelib.domain.messages import Message
from chalicelib.domain.shop import Shop
from chalicelib.domain.variants import is_in_test
from chalicelib.errors import StaleRevision
from chalicelib.ports import App
from chalicelib.services.feed_due import feed_due
from chalicelib.services.load_membership import load_membership
from chalicelib.services.note_movement import note_movement
from chalicelib.services.plan_pages import (
    forget_pages,
    freeze_part,
    is_planned,
    keys_of_pages,
    page_key,
    part_pages,
    planned_sign,
)
from chalicelib.services.resolve_audience import resolve_audience


def plan_message(app: App, message_id: str, *, deadline: datetime) -> bool:
    """Write the message's batches and set it `sending`; False where time ran out before the end.

    The audience is frozen page by page: a page of the plan is a file that is created once, and the ids of its batches
    follow from it. So a planner that dies, runs twice or races with another finds what was written and goes on with
    the last page: whoever froze that one had written the batches of those before it. Once all batches are there the
    pages go, for they name people, and an empty file in their place says so to whoever comes later.

    The first message of a campaign freezes the people of the later parts, too: a page of theirs is a file that waits
    until the part begins (docs/decisions/0026).

    Args:
        app: the ports.
        message_id: what was launched.
        deadline: on the machine's clock; a page begins only before it.
    """
    message = app.messages.get(message_id)
    if message is None or not is_to_be_planned(message):
        return True
    shop = app.catalog.shop()
    if not (_plan_part if message.is_part else _plan_all)(app, message, shop, deadline):
        app.queue.send("plan", [{"v": 1, "message_id": message_id, "batch_id": None}])
        return False
    forget_pages(app, message.id)
    try:
        app.messages.move(planned(message, app.clock.now()))
    except StaleRevision:
        return True  # a rival planned the same, or somebody paused or cancelled it: all batches are there
    feed_due(app)
    return True


def _plan_part(app: App, message: Message, shop: Shop, deadline: datetime) -> bool:
    """Batches of the people whom the first message froze. A page goes as soon as its batches are there."""
    while pages := part_pages(app, message.id):
        for key, page, people in pages:
            if app.clock.real() >= deadline:
                return False
            customers = app.customers.get_many(people)
            # Whoever is gone has a place all the same: nobody vanishes, the row will say why.
            due = [
                (who, planned_for(message, customers[who], shop) if who in customers else message.created_at)
                for who in people
            ]
            app.batches.create_many(group_into_batches(message, page, due))
            app.files.delete([key])
            note_movement(app, message)
    return True


def _plan_all(app: App, message: Message, shop: Shop, deadline: datetime) -> bool:
    frozen = keys_of_pages(app, message.id)
    page, start = max(0, len(frozen) - 1), None
    while planned_sign(message.id) not in frozen:
        if app.clock.real() >= deadline:
            return False
        found = _page(app, message, shop, page, start)
        if found is None:
            break
        for part, people in found.later.items():
            freeze_part(app, f"{message.id}.{part}", page, people)
        app.batches.create_many(group_into_batches(message, page, found.now, found.size))
        note_movement(app, message)
        page, start = page + 1, found.following
        if start is None:
            break
    return True


@dataclass(frozen=True, slots=True)
class _Page:
    """One frozen page of an audience."""

    now: list[tuple[str, datetime]]  # (customer id, due instant)
    later: Mapping[str, list[str]]  # part -> customer ids
    size: int  # of a batch at most
    following: str | None  # where the next page starts; None: this was the last


def _page(app: App, message: Message, shop: Shop, page: int, start: str | None) -> _Page | None:
    """None where a rival has planned all meanwhile: a page that is made after that is nobody's."""
    key = page_key(message.id, page)
    frozen = app.files.get(key)
    if frozen is None:
        people, following = _resolve(app, message, shop, start)
        size = BULK_BATCH_SIZE if shop.bulk else BATCH_SIZE
        fresh = json.dumps({"people": people, "size": size, "next": following}).encode()
        # Of two planners the first one's page stands.
        frozen = fresh if app.files.create(key, fresh, "application/json") else app.files.get(key) or fresh
        if is_planned(app, message.id):
            app.files.delete([key])
            return None
    return _read(json.loads(frozen))


def _read(content: Mapping[str, Any]) -> _Page:
    now: list[tuple[str, datetime]] = []
    later: dict[str, list[str]] = {}
    for who, due, *part in content["people"]:  # pages of older versions name no part
        if part and part[0]:
            later.setdefault(part[0], []).append(who)
        else:
            now.append((who, datetime.fromisoformat(due)))
    return _Page(now, later, content.get("size", BATCH_SIZE), content["next"])


def _resolve(app: App, message: Message, shop: Shop, start: str | None) -> tuple[list[list[str]], str | None]:
    """(customer id, due instant, part) of each person of a page; the part "" goes with this message."""
    customers, following = resolve_audience(app, message, start)
    part_of = _parts(app, launched_campaign(message, shop.zone))
    turns = _turns(app, message, shop, customers)
    return [
        [customer.id, due.isoformat(), part_of(customer)] for customer, due in zip(customers, turns, strict=True)
    ], following


def _turns(app: App, message: Message, shop: Shop, customers: Sequence[Customer]) -> list[datetime]:
    """When each is to be tried first. While a domain is new, the colder ones come some minutes after the warmer."""
    if shop.ramp is None or message.stream != "marketing":
        return [planned_for(message, customer, shop) for customer in customers]
    now = app.clock.now()
    boxes = app.mailboxes.get_many(sorted({customer.mailbox for customer in customers if customer.mailbox}))
    return [turn_for(message, customer, boxes.get(customer.mailbox or ""), shop, now) for customer in customers]


def _parts(app: App, campaign: Campaign | None) -> Callable[[Customer], str]:
    """The question to which part a customer belongs."""
    if campaign is not None and campaign.winner is not None:
        winner = campaign.winner
        return lambda customer: "" if is_in_test(campaign.name, customer.id, winner) else REST
    if campaign is None or not campaign.stages:
        return lambda customer: ""
    membership = load_membership(app)
    names = {name for stage in campaign.stages for name in stage.segments if name in membership}
    is_member = {name: membership.member(name) for name in names}

    def part(customer: Customer) -> str:
        number = stage_of(campaign.stages, campaign.name, customer, is_member)
        return "" if number == 1 else f"stage-{number}"

    return part
