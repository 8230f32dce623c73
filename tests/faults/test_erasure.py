"""A2, A10: an erasure killed before and after each port call, N of N, and one that races a send at each of its calls.

Whatever dies, the person is not mailed after the request was answered, and a repeat or the tick completes the rest.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.campaign_report import campaign_report
from chalicelib.services.create_import import create_import
from chalicelib.services.erase_customer import erase_customer
from chalicelib.services.run_tick import run_tick
from chalicelib.services.send_batch import send_batch
from chalicelib.wiring import override_app
from chalicelib.workers.events import read_events
from tests.email.ses_events import OPEN, of_ours
from tests.faults.ports import Fuse, behind, count_calls, each_death
from tests.services.erasing import ADDRESS, WHO, lived_in, traces, waiting
from tests.services.importing import work_off
from tests.services.sending import BUDGET, SendingShop

BEYOND_THE_LEASE = timedelta(minutes=4)


def app_of(shop: SendingShop) -> App:
    return shop.app


def erase(app: App) -> None:
    erase_customer(app, WHO, deadline=app.clock.real() + timedelta(seconds=15))


def check(shop: SendingShop, death: str) -> None:
    """Nothing names the person, all sums are those of a life without death, nobody else is missing."""
    assert traces(shop) == [], death
    box = shop.mailboxes.items[shop.app.keyed.mailbox(ADDRESS)]
    assert box.suppression is not None, death
    assert box.suppression.reason == "erased", death
    order = shop.app.orders.get("o-1")
    assert order is not None, death
    assert [header.order_id for header in shop.app.orders.headers(order.customer_id)] == ["o-1", "o-2"], death
    use = shop.app.vouchers.usage("ten-off", order.customer_id)
    assert (use.total, use.by_customer) == (1, 1), death
    for name, planned in (("spring", 3), ("next", 3)):
        assert campaign_report(shop.app, name)["planned"] == planned, death


@pytest.mark.parametrize("by_tick", [True, False])
def test_an_erasure_may_die_at_any_call(by_tick):
    deaths = 0
    for death, shop in each_death(lived_in, app_of, erase):
        if by_tick and shop.app.catalog.get("erasure", WHO) is not None:
            run_tick(shop.app)
        else:
            try:
                erase(shop.app)
            except NotFound:
                assert traces(shop) == [], death  # it died after its last call
        check(shop, death)
        deaths += 1
    print(f"{deaths} deaths of an erasure at {deaths // 2} calls")  # noqa: T201
    assert deaths >= 165


def test_a_tick_that_completes_an_erasure_may_die_at_any_call():
    def interrupted() -> SendingShop:
        shop = lived_in()
        erase_customer(shop.app, WHO, deadline=shop.clock.real())  # no time for more than the suppression
        return shop

    deaths = 0
    for death, shop in each_death(interrupted, app_of, run_tick):
        run_tick(shop.app)
        check(shop, death)
        deaths += 1
    print(f"{deaths} deaths of a tick at {deaths // 2} calls")  # noqa: T201
    assert deaths >= 225


def due() -> SendingShop:
    """The second campaign is due: WHO is in its batch, with two others."""
    shop = lived_in()
    shop.clock.advance(timedelta(hours=10))
    return shop


def send(app: App) -> None:
    batch = next(iter(app.batches.of("c.next")))
    send_batch(app, batch.message_id, batch.id, deadline=app.clock.real() + BUDGET)


class _Racing(Fuse):
    """Lets an erasure come in before one call of the sender."""

    def __init__(self, shop: SendingShop, at: int) -> None:
        super().__init__(at)
        self._app = shop.app

    def pass_on(self, name: str, call: Callable[..., Any], args: Any, named: Any) -> Any:
        self.calls.append(name)
        if len(self.calls) == self.at:
            erase(self._app)
        return call(*args, **named)


def test_an_erasure_that_comes_at_any_moment_of_a_send_is_seen_at_the_last_check():
    """A10: whoever was claimed before is the most that still goes; nobody is mailed twice, and the rest is erased."""
    calls = count_calls(due().app, send)
    late = 0
    for at in range(1, len(calls) + 1):
        shop = due()
        before = Counter(shop.mailer.recipients)
        send(behind(_Racing(shop, at), shop.app))
        mailed = Counter(shop.mailer.recipients) - before
        assert max(mailed.values()) == 1
        claimed = "mailboxes.claim" in calls[: at - 1]
        assert mailed[ADDRESS] <= claimed, (at, calls[at - 1])
        late += mailed[ADDRESS]
        shop.clock.advance(BEYOND_THE_LEASE)
        for _ in range(3):
            run_tick(shop.app)
            shop.work()
            shop.clock.advance(BEYOND_THE_LEASE)
        run_tick(shop.app)
        assert Counter(shop.mailer.recipients) - before == mailed
        assert waiting(shop).done
        check(shop, f"erased before call {at}: {calls[at - 1]}")
    print(f"an erasure before each of {len(calls)} calls of a sender; {late} mails were claimed before it")  # noqa: T201


def test_a_sender_that_dies_beside_an_erasure_leaves_nothing_of_the_person():
    """A2: killed before and after each of its calls, with the erasure asked for in between."""
    for death, shop in each_death(due, app_of, send):
        erase(shop.app)
        shop.clock.advance(BEYOND_THE_LEASE)
        for _ in range(4):
            run_tick(shop.app)
            shop.work()
            shop.clock.advance(BEYOND_THE_LEASE)
        run_tick(shop.app)
        assert Counter(shop.mailer.recipients)[ADDRESS] <= 1, death
        check(shop, death)


def test_a_reader_of_an_event_file_may_die_at_any_call():
    """A2: the file stays until its facts are kept; reading it again changes nothing."""

    def with_file() -> SendingShop:
        shop = due()
        send(shop.app)
        row = next(row for row in shop.rows.items.values() if row.message_id == "c.next" and row.customer_id == "ann")
        opened = of_ours(OPEN, ("c.next", row.batch_id, "ann"))
        shop.files.put("events/2026/a", json.dumps(opened).encode())
        return shop

    def read(app: App) -> None:
        restore = override_app(app)
        try:
            read_events({"detail": {"object": {"key": "events/2026/a"}}})
        finally:
            restore()

    deaths = 0
    for death, shop in each_death(with_file, app_of, read):
        read(shop.app)
        [row] = [row for row in shop.rows.items.values() if row.message_id == "c.next" and row.customer_id == "ann"]
        assert row.opened_at or row.early_opened_at or row.machine_opened_at, death
        assert "events/2026/a" not in shop.files.objects, death
        assert "facts/2026/a.jsonl.gz" in shop.files.objects, death
        deaths += 1
    print(f"{deaths} deaths of a reader of event files at {deaths // 2} calls")  # noqa: T201
    assert deaths >= 16


def test_an_import_that_races_with_an_erasure_leaves_someone_new_who_is_not_mailed():
    """C7, A2: an erasure before each call of an import of the same person; the later of the two has its way."""
    csv = f"id,email,consent.status,consent.at\n{WHO},{ADDRESS},granted,2026-11-22T12:30:00Z\n"

    def begun() -> tuple[SendingShop, str]:
        shop = lived_in()
        job = create_import(shop.app, kind="customers", mapping={}, dry_run=False, csv=csv.encode())
        return shop, str(job["id"])

    shop, job = begun()
    calls = count_calls(shop.app, lambda app: work_off(app, job))
    for at in range(1, len(calls) + 1):
        shop, job = begun()
        work_off(behind(_Racing(shop, at), shop.app), job)
        run_tick(shop.app)
        assert shop.app.catalog.get("erasure", WHO) is None
        box = shop.mailboxes.items[shop.app.keyed.mailbox(ADDRESS)]
        assert box.suppression is not None, calls[at - 1]
        assert shop.app.events.of(WHO) == []
        assert shop.app.orders.headers(WHO) == []
        if WHO not in shop.customers.items:
            assert traces(shop) == [], calls[at - 1]
    print(f"an erasure before each of {len(calls)} calls of an import")  # noqa: T201
