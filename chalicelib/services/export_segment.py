"""Use case: give a segment's members as a CSV file, page by page."""

from typing import Any

from chalicelib.domain.csv_cells import csv_lines
from chalicelib.domain.customers import Customer
from chalicelib.domain.dates import instant_text
from chalicelib.ports import App
from chalicelib.services.segment_members import member_page

COLUMNS = (
    *("id", "email", "first_name", "last_name", "locale", "country", "region", "home_store", "birthday", "joined_on"),
    *("consent_status", "stage", "tier", "points", "orders", "spent", "last_order_at"),
)


def export_segment(app: App, name: str, limit: int, cursor: str | None) -> tuple[str, str | None]:
    """Lines of at most `limit` members, the first page with the columns' names; and the cursor of the rest.

    Money is in minor units of the shop's currency. A cell that a spreadsheet would take for a formula is neutralised.

    Raises: NotFound.
    """
    members, following = member_page(app, name, limit, cursor)
    names = [] if cursor else [COLUMNS]
    return csv_lines([*names, *(_row(customer) for customer in members)]), following


def _row(customer: Customer) -> list[Any]:
    last = customer.stats.last_order_at
    own = {
        "orders": customer.stats.orders,
        "spent": customer.stats.spent,
        "last_order_at": None if last is None else instant_text(last),
    }
    return [own[column] if column in own else getattr(customer, column) for column in COLUMNS]
