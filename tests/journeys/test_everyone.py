"""A campaign to all of 2,000 customers on the packaged stack, paused and resumed, its workers killed on the way."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.local.first_shop import load_sample_shop
from chalicelib.local.session import MINISTACK_PYTHON, LocalOptions, start_local_stack
from chalicelib.storage.rows import RowsTable
from tests.journeys.storefront import Storefront, open_shop
from tests.journeys.worker_processes import worker_processes

pytestmark = [
    pytest.mark.stack,
    pytest.mark.slow,
    pytest.mark.skipif(not MINISTACK_PYTHON.exists(), reason=f"{MINISTACK_PYTHON} is missing: run `make setup`"),
]
CUSTOMERS = 2_000
NAME, MESSAGE = "everyone", "c.everyone"
LONGEST = 900.0  # seconds; a lease whose holder was killed lives for more than one minute, on the machine's clock
SENDERS = ("SendMarketing", "Plan")


@pytest.fixture(scope="module")
def everyone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storefront]:
    """The sample shop with 2,000 customers, on a stack of its own, and a segment of all of them."""
    with start_local_stack(LocalOptions(port=0, state_dir=tmp_path_factory.mktemp("everyone"))) as stack:
        shop = open_shop(stack)
        load_sample_shop(shop.client, stack.clock.now().date(), CUSTOMERS, f"{stack.url}/local/images")
        shop.settle()
        shop.call("PUT", "/segments/everyone", {"rule": {"field": "stage", "op": "exists"}})
        shop.settle()
        yield shop


def test_rows_mailbox_and_report_agree_whatever_happens_on_the_way(everyone: Storefront) -> None:
    """A2, A9, A17 and invariants 1, 2 and 9."""
    everyone.begin(NAME, "everyone", max_lateness="72h")
    killed = 0
    for _ in range(4):
        _wait_for_mails(everyone, len(everyone.mails(MESSAGE)) + 60)
        killed += _kill(everyone)
        everyone.call("POST", f"/campaigns/{NAME}/pause", {})
        _wait_until_quiet(everyone)
        everyone.call("POST", f"/campaigns/{NAME}/resume", {})
    _finish(everyone)

    report = everyone.report(NAME)
    mails = Counter(mail["to"] for mail in everyone.mails(MESSAGE))
    rows = _rows(everyone)
    statuses = Counter(row.status for row in rows)
    print(f"{killed} workers killed; {dict(statuses)}; {sum(mails.values())} mails")  # noqa: T201
    assert killed >= 4
    assert report["planned"] == CUSTOMERS
    assert max(mails.values()) == 1
    assert report["sent"] == statuses["sent"] == sum(mails.values())
    assert (report["failed"], report["unknown"]) == (statuses["failed"], statuses["unknown"])
    assert report["skipped"] == Counter(row.reason for row in rows if row.status == "skipped")
    assert report["pending"] == 0
    assert len({row.customer_id for row in rows if row.status != "deferred"}) == CUSTOMERS
    assert report["sent"] > CUSTOMERS // 2


def _kill(shop: Storefront) -> int:
    """End what sends and plans, as a machine that goes away does; how many processes that were."""
    found = [pid for pid, command, _ in worker_processes(shop.stack) if any(f"-{name}-" in command for name in SENDERS)]
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    return len(found)


def _wait_for_mails(shop: Storefront, count: int) -> None:
    deadline = time.monotonic() + LONGEST
    while len(shop.mails(MESSAGE)) < count:
        assert time.monotonic() < deadline, shop.report(NAME)
        _go_on(shop)


def _wait_until_quiet(shop: Storefront) -> None:
    """At most the calls in flight finish once it is paused: no mail comes any more."""
    seen = -1
    while (now := len(shop.mails(MESSAGE))) != seen:
        seen = now
        time.sleep(3.0)


def _finish(shop: Storefront) -> None:
    deadline = time.monotonic() + LONGEST
    while shop.report(NAME)["pending"]:
        assert time.monotonic() < deadline, shop.report(NAME)
        _go_on(shop)
    shop.settle()  # the events of SES that prove what a killed worker could not record


def _go_on(shop: Storefront) -> None:
    """A few minutes pass for the service: what shows no progress is fed again."""
    shop.stack.move_clock(shop.stack.clock.now() + timedelta(minutes=4))
    time.sleep(2.0)


def _rows(shop: Storefront) -> list:
    table = RowsTable(shop.stack.client("dynamodb"), shop.stack.environment["SENDS_TABLE"])
    return [row for batch in shop.batches(MESSAGE) for row in table.of(MESSAGE, batch.id).values()]
