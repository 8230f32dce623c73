"""A2 below the ports: what takes several requests is killed around each of them, and the repeat completes it.

tests/faults kills the use cases around each call of a port; here dies what a port itself does, N of N.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.events import Event
from chalicelib.domain.mailboxes import Claim, Mailbox
from chalicelib.domain.orders import Order, OrderLine, header_of
from chalicelib.storage.events import EventsTable
from chalicelib.storage.mailboxes import MailboxesTable
from chalicelib.storage.orders import OrdersTable
from chalicelib.storage.rows import RowsTable
from chalicelib.storage.vouchers import VouchersTable
from tests.conftest import MiniStack
from tests.faults.requests import each_request_death
from tests.storage.redeeming_cases import OFFER, personal, redemption
from tests.storage.sending_cases import row

MANY = 30  # two requests of 25
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "0" * 24

Step = Callable[[Any, str, str], object]  # a client, the table, and what all ids of this run begin with


def vouchers(client: Any, table: str) -> VouchersTable:
    return VouchersTable(client, table, sleep=lambda _: None)


def some_vouchers(client: Any, table: str, run: str) -> None:
    """Three of them issued before, of which one was withdrawn."""
    vouchers(client, table).issue([personal(f"{run}{n}") for n in range(3)])
    vouchers(client, table).withdraw(f"{run}2")


def issue(client: Any, table: str, run: str) -> None:
    vouchers(client, table).issue([personal(f"{run}{n}") for n in range(MANY)])


def bought(client: Any, table: str, run: str) -> None:
    """Two vouchers and two redemptions of one customer, of two offers."""
    store = vouchers(client, table)
    for offer in ("a", "b"):
        mine = replace(personal(f"{run}{offer}", f"{run}ann"), offer=f"{run}{offer}")
        store.issue([mine])
        wanted = redemption(mine.code, f"{run}{offer}", customer_id=mine.customer_id)
        store.redeem(mine, replace(OFFER, name=mine.offer), replace(wanted, offer=mine.offer))


def rename(client: Any, table: str, run: str) -> None:
    vouchers(client, table).move(f"{run}ann", f"{run}gone")


def orders(client: Any, table: str, run: str) -> object:
    lines = (OrderLine(sku="tea", quantity=2, unit_price=500),)
    placed = [
        Order(order_id=f"{run}{n}", customer_id=f"{run}ann", placed_at=NOW, currency="GBP", lines=lines)
        for n in range(MANY)
    ]
    return OrdersTable(client, table).create_many([(one, header_of(one)) for one in placed])


def events(client: Any, table: str, run: str) -> None:
    told = [Event(event_id=f"{n}", customer_id=f"{run}ann", name="visit", at=NOW) for n in range(MANY)]
    EventsTable(client, table).create_many(told)


def forget_events(client: Any, table: str, run: str) -> None:
    EventsTable(client, table).delete(f"{run}ann")


def an_early_row(client: Any, table: str, run: str) -> None:
    """An event of SES was faster than our own record."""
    RowsTable(client, table).merge(row(f"{run}1", batch_id=run, ses_id="ses-1"))


def record(client: Any, table: str, run: str) -> None:
    rows = [row(f"{run}{n}", batch_id=run, mailbox="m") for n in range(MANY)]
    RowsTable(client, table).record(rows)


def a_claimed_mailbox(client: Any, table: str, run: str) -> None:
    """One of them is another batch's."""
    MailboxesTable(client, table).claim([mailbox(f"{run}1", "another")], KEY)


def claim(client: Any, table: str, run: str) -> object:
    return MailboxesTable(client, table).claim([mailbox(f"{run}{n}", "ours") for n in range(MANY)], KEY)


def mailbox(hash_: str, batch_id: str) -> Mailbox:
    return Mailbox(hash=hash_, recent={KEY: Claim(batch_id=batch_id, at=NOW)})


def nothing(client: Any, table: str, run: str) -> None:
    """Needs no preparation."""


CASES: dict[str, tuple[str, Step, Step, int]] = {  # table, what was there, what dies, in how many requests
    "vouchers are issued": ("Vouchers", some_vouchers, issue, 4),
    "vouchers and redemptions are moved": ("Vouchers", bought, rename, 10),
    "orders are stored": ("Orders", nothing, orders, 4),
    "events are deleted": ("Orders", events, forget_events, 3),
    "rows are recorded": ("Sends", an_early_row, record, 4),
    "mailboxes are claimed": ("Mailboxes", a_claimed_mailbox, claim, 3),
}


@pytest.mark.parametrize("case", CASES)
def test_whoever_dies_at_any_request_is_completed_by_the_repeat(ministack: MiniStack, case: str) -> None:
    logical, prepare, work, requests = CASES[case]
    client, table = ministack.client("dynamodb"), ministack.tables[logical]
    runs = [f"run{number:02}x" for number in range(2 * requests + 1)]
    for run in runs:
        prepare(client, table, run)

    def items(run: str) -> list[str]:
        found = map(repr, client.scan(TableName=table, ConsistentRead=True)["Items"])
        return sorted(re.sub("[0-9a-f]{32}", "hash", item.replace(run, "")) for item in found if run in item)

    deaths, expected = 0, None
    for death, number in each_request_death(client, lambda number: work(client, table, runs[number])):
        expected = items(runs[0]) if expected is None else expected
        work(client, table, runs[number])
        assert items(runs[number]) == expected, death
        deaths += 1
    assert (deaths, expected == []) == (2 * requests, case == "events are deleted")
