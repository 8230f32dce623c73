"""Use case: list a segment's members."""

from itertools import islice

from chalicelib.domain.customers import Customer
from chalicelib.ports import App
from chalicelib.services.load_membership import load_membership

PAGE = 5_000  # customers looked at for one answer


def segment_members(app: App, name: str, limit: int, cursor: str | None) -> tuple[list[str], str | None]:
    """Ids of at most `limit` members, and the cursor of the rest; None at the end. Raises: NotFound."""
    members, following = member_page(app, name, limit, cursor)
    return [customer.id for customer in members], following


def member_page(app: App, name: str, limit: int, cursor: str | None) -> tuple[list[Customer], str | None]:
    """At most `limit` members, and the cursor of the rest; None at the end.

    One answer looks at `PAGE` customers at most, so a page may be short, even empty, and still have a cursor.

    Raises: NotFound.
    """
    is_member = load_membership(app).member(name)
    members: list[Customer] = []
    last = cursor
    looked_at = 0
    for customer in islice(app.customers.scan(start=cursor), PAGE):
        if len(members) == limit:
            return members, last
        looked_at, last = looked_at + 1, customer.id
        if is_member(customer):
            members.append(customer)
    return members, last if looked_at == PAGE else None
