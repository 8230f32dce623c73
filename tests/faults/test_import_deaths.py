"""A2 for imports: killed before and after each call of the split, of every part and of the last ordering."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.ports import App
from chalicelib.services.create_import import create_import
from chalicelib.services.import_part import import_part
from chalicelib.services.read_import import read_import
from chalicelib.services.split_import import split_import
from tests.fakes import make_app
from tests.faults.ports import count_calls, each_death

LINE = "2026-01-02T10:00:00Z"
FILES = {
    "customers": (
        "id,email,birthday,consent.status,consent.at\n"
        + "".join(f"c{n % 9},c{n % 9}@example.com,19{50 + n}-05-01,granted,{LINE}\n" for n in range(14))
        + "c20,c20@example.com,1970-01-01,,\nc21,c21@example.com,too,many,cells,here\n,,,,\n,nobody@example.com,,,\n"
    ),
    "products": (
        "sku,name,price,category\n"
        + "".join(f"s{n % 7},Name {n},{n}.50,Tea\n" for n in range(12))
        + "s8,,1.00,Tea\ns9,Nine,1.005,Tea\ns10,Ten\n"
    ),
    "orders": (
        "order_id,customer_id,placed_at,sku,quantity,unit_price\n"
        + "".join(f"o{n % 6},c{n % 6},{LINE},s{n},{1 + n},5.00\n" for n in range(14))
        + f"o7,c1,{LINE},s1,0,5.00\no0,other,{LINE},s1,1,5.00\no8,,{LINE},s1,1,1\no9,c1,{LINE},s1\n"
    ),
}


@dataclass
class Job:
    """One import and the messages that are not handled yet: what a function was killed over comes again."""

    app: App
    id: str
    waiting: list[dict[str, Any]] = field(default_factory=lambda: [{"do": "split"}])

    def work(self, app: App) -> None:
        """Handle every message until none is left."""
        while self.waiting:
            try:
                self._handle(app, self.waiting[0])
            finally:
                self.waiting += self.app.queue.take("import")  # type: ignore[attr-defined]
            self.waiting.pop(0)

    def _handle(self, app: App, body: dict[str, Any]) -> None:
        if body["do"] == "split":
            split_import(app, self.id, app.clock.real() + timedelta(seconds=240))
        else:
            import_part(app, self.id, body["part"])


def begun(kind: str) -> Job:
    app = make_app()
    # Something is there already: of these rows some say nothing new, some change it.
    before = Job(app, create_import(app, kind=kind, mapping={}, dry_run=False, csv=_head(kind).encode())["id"])
    before.work(app)
    return Job(app, create_import(app, kind=kind, mapping={}, dry_run=False, csv=FILES[kind].encode())["id"])


def _head(kind: str) -> str:
    header, *rows = FILES[kind].splitlines()
    return "\n".join([header, *rows[:2], rows[3].replace("5", "6")])


def ending(job: Job, kind: str) -> tuple[Any, ...]:
    """What an import must come to: its answer with every refused row, and all that is stored."""
    app: Any = job.app
    stored = {"customers": (app.customers.items, app.mailboxes.items), "products": (app.products.items,)}
    orders = (app.orders.lines, {key: header.fingerprint for key, header in app.orders.by_key.items()})
    return read_import(job.app, job.id, limit=1000), {"orders": orders, **stored}[kind]


@pytest.mark.parametrize("kind", FILES)
def test_an_import_may_die_at_any_call(kind, monkeypatch):
    monkeypatch.setattr("chalicelib.services.split_import.PARTITION_BYTES", 250)
    monkeypatch.setattr("chalicelib.services.split_import._SPAN_BYTES", 300)
    monkeypatch.setattr("chalicelib.services.import_records._AT_ONCE", 3)
    for module in ("domain.imports", "services.import_part", "services.order_refused"):
        monkeypatch.setattr(f"chalicelib.{module}.ROWS_A_FILE", 1)
    quiet = begun(kind)
    calls = count_calls(quiet.app, quiet.work)
    expected = ending(quiet, kind)
    assert expected[0]["status"] == "done"
    assert expected[0]["refused"] >= 3
    assert [row["line"] for row in expected[0]["rows"]] == sorted(row["line"] for row in expected[0]["rows"])
    assert len([name for name in calls if name == "files.put"]) > 6

    deaths = 0
    jobs: list[Job] = []

    def make() -> Job:
        jobs.append(begun(kind))
        return jobs[-1]

    for death, job in each_death(make, lambda job: job.app, lambda app: jobs[-1].work(app)):
        job.work(job.app)
        assert ending(job, kind) == expected, death
        deaths += 1
    print(f"{kind}: {deaths} deaths of an import at {deaths // 2} of {len(calls)} calls")  # noqa: T201
    assert deaths == 2 * len(calls) > 120
