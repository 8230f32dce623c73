"""Use case: who is meant by a message, page by page, as their records are now."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import month_days_on, occurrence
from chalicelib.domain.messages import Message
from chalicelib.ports import App
from chalicelib.services.follow_up_people import follow_up_people
from chalicelib.services.load_membership import load_membership

PAGE = 2000  # customers looked at between two checkpoints


def resolve_audience(app: App, message: Message, start: str | None) -> tuple[list[Customer], str | None]:
    """The next page of those meant, and where the one after it starts; None: this was the last."""
    audience = message.audience
    if audience.people:
        chosen, following = list(app.customers.get_many(audience.people).values()), None
    elif audience.date_field is not None:
        chosen, following = _with_date(app, message), None
    elif audience.follow_up is not None:
        ids, following = follow_up_people(app, audience.follow_up, start)
        chosen = [customer for _, customer in sorted(app.customers.get_many(ids).items())]
    else:
        chosen = list(islice(app.customers.scan(start=start), PAGE))
        following = chosen[-1].id if len(chosen) == PAGE else None
    return list(_members(app, message, chosen)), following


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


def _members(app: App, message: Message, customers: Iterable[Customer]) -> Iterator[Customer]:
    membership, audience = load_membership(app), message.audience
    wanted = [membership.member(name) for name in audience.segments if name in membership]
    unwanted = [membership.member(name) for name in audience.exclude if name in membership]
    named = bool(audience.people) or audience.date_field is not None
    named = named or (audience.follow_up is not None and not audience.segments)
    for customer in customers:
        chosen = named or any(is_member(customer) for is_member in wanted)
        if chosen and not any(is_member(customer) for is_member in unwanted):
            yield customer
