"""Use case: resolve the audience of a launched message into batches that are frozen once written."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from chalicelib.domain.batches import group_into_batches
from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import month_days_on, occurrence
from chalicelib.domain.decisions import planned_for
from chalicelib.domain.messages import Message
from chalicelib.domain.shop import Shop
from chalicelib.errors import StaleRevision
from chalicelib.ports import App
from chalicelib.services.feed_due import feed_due
from chalicelib.services.load_membership import load_membership

PAGE = 2000  # customers looked at between two checkpoints


def plan_message(app: App, message_id: str, *, deadline: datetime) -> bool:
    """Write the message's batches and set it `sending`; False where time ran out before the end.

    The audience is frozen page by page: a page of the plan is a file that is created once, and the ids of its batches
    follow from it. So a planner that dies, runs twice or races with another finds what was written and goes on with
    the last page: whoever froze that one had written the batches of those before it. Once all batches are there the
    pages go, for they name people, and an empty file in their place says so to whoever comes later.

    Args:
        app: the ports.
        message_id: what was launched.
        deadline: on the machine's clock; a page begins only before it.
    """
    message = app.messages.get(message_id)
    if message is None or message.state != "planning":
        return True
    shop = app.catalog.shop()
    frozen = app.files.keys(_pages(message))
    page, start = max(0, len(frozen) - 1), None
    while _planned(message) not in frozen:
        if app.clock.real() >= deadline:
            app.queue.send("plan", [{"v": 1, "message_id": message_id, "batch_id": None}])
            return False
        found = _page(app, message, shop, page, start)
        if found is None:
            break
        people, start = found
        app.batches.create_many(group_into_batches(message, page, people))
        page += 1
        if start is None:
            break
    _forget_pages(app, message)
    try:
        app.messages.move(message, "sending", message.state_reason)
    except StaleRevision:
        return True  # a rival planned the same, or somebody paused or cancelled it: all batches are there
    feed_due(app)
    return True


def _pages(message: Message) -> str:
    return f"plans/{message.id}/"


def _planned(message: Message) -> str:
    return f"{_pages(message)}planned"


def _forget_pages(app: App, message: Message) -> None:
    """First the sign that all is planned, then the pages: a rival that misses a page finds the sign."""
    app.files.create(_planned(message), b"", "text/plain")
    app.files.delete([key for key in app.files.keys(_pages(message)) if key != _planned(message)])


def plans_naming(app: App, customer_id: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(message id, key, content) of every page of a plan that is not done and names this customer."""
    for key in app.files.keys("plans/"):
        if key.endswith("/planned"):
            continue
        content = json.loads(app.files.get(key) or b'{"people": []}')
        if any(who == customer_id for who, _ in content["people"]):
            yield key.split("/")[1], key, content


def _page(
    app: App, message: Message, shop: Shop, page: int, start: str | None
) -> tuple[list[tuple[str, datetime]], str | None] | None:
    """The people of one page with their due times, and where the next page starts (None: this was the last).

    None where a rival has planned all meanwhile: a page that is made after that is nobody's.
    """
    key = f"{_pages(message)}{page:06}.json"
    frozen = app.files.get(key)
    if frozen is None:
        people, following = _resolve(app, message, shop, start)
        fresh = json.dumps({"people": [[who, due.isoformat()] for who, due in people], "next": following}).encode()
        # Of two planners the first one's page stands.
        frozen = fresh if app.files.create(key, fresh, "application/json") else app.files.get(key) or fresh
        if app.files.size(_planned(message)) is not None:
            app.files.delete([key])
            return None
    content = json.loads(frozen)
    return [(who, datetime.fromisoformat(due)) for who, due in content["people"]], content["next"]


def _resolve(
    app: App, message: Message, shop: Shop, start: str | None
) -> tuple[list[tuple[str, datetime]], str | None]:
    if message.audience.people:
        chosen, following = list(app.customers.get_many(message.audience.people).values()), None
    elif message.audience.date_field is not None:
        chosen, following = _with_date(app, message), None
    else:
        scanned = list(islice(app.customers.scan(start=start), PAGE))
        chosen, following = scanned, scanned[-1].id if len(scanned) == PAGE else None
    meant = members(app, message, chosen)
    return [(customer.id, planned_for(message, customer, shop)) for customer in meant], following


def _with_date(app: App, message: Message) -> list[Customer]:
    day, date_field = message.audience.day, message.audience.date_field
    if day is None or date_field is None:
        return []
    ids = {id_ for month_day in month_days_on(day) for id_ in app.customers.with_date(date_field, month_day)}
    customers = app.customers.get_many(sorted(ids))
    # The index may lag behind a date that was changed or taken away: the customer's own record decides.
    dates = {id_: c.birthday if date_field == "birthday" else c.joined_on for id_, c in customers.items()}
    return [customers[id_] for id_, first in sorted(dates.items()) if first and _falls_on(first, day)]


def _falls_on(first: date, day: date) -> bool:
    # An anniversary needs at least one whole year; so does a birthday, which keeps out wrong dates of this year.
    return first.year < day.year and occurrence(first, day.year) == day


def members(app: App, message: Message, customers: Iterable[Customer]) -> Iterator[Customer]:
    """Those of the customers who belong to the audience, by the segments as they are now."""
    membership, audience = load_membership(app), message.audience
    wanted = [membership.member(name) for name in audience.segments if name in membership]
    unwanted = [membership.member(name) for name in audience.exclude if name in membership]
    named = bool(audience.people) or audience.date_field is not None
    for customer in customers:
        chosen = named or any(is_member(customer) for is_member in wanted)
        if chosen and not any(is_member(customer) for is_member in unwanted):
            yield customer
