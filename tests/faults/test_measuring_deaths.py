"""A2 for measuring: killed before and after each call of the tick's start, of every part, and of the end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.months import months_of
from chalicelib.ports import App
from chalicelib.services.keep_reports import ALL, kept_report
from chalicelib.services.load_norms import load_norms
from chalicelib.services.start_measuring import start_measuring
from tests.fakes import NOON, make_app
from tests.fakes.customers import MemoryCustomers
from tests.faults.ports import count_calls, each_death
from tests.services.measuring import LONG_AGO, work


def _buyers() -> Iterator[Customer]:
    for number in range(1, 7):
        stats = Statistics(
            orders=number,
            receipts=number,
            spent=number * 700,
            last_order_at=NOON,
            months=months_of([(24_321 - number, number * 700)]),
        )
        yield Customer(id=f"c{number}", stats=stats)


@dataclass
class Run:
    """A shop that is measured; the messages that are not handled yet come again."""

    app: App = field(default_factory=lambda: make_app(customers=MemoryCustomers(*_buyers())))
    begun: bool = False
    waiting: list[dict[str, Any]] = field(default_factory=list)

    def go(self, app: App) -> None:
        """The tick until it went through, then every message until none is left."""
        try:
            if not self.begun:
                start_measuring(app)
                self.begun = True
        finally:
            self._receive()
        while self.waiting:
            try:
                work(app, self.waiting[0], LONG_AGO)
            finally:
                self._receive()
            self.waiting.pop(0)

    def _receive(self) -> None:
        self.waiting += self.app.queue.take("scan")  # type: ignore[attr-defined]


def ending(run: Run) -> tuple[Any, ...]:
    """What a run leaves behind."""
    customers: Any = run.app.customers
    return load_norms(run.app), kept_report(run.app, ALL), {c.id: (c.classes, c.stage) for c in customers.scan()}


def test_a_measuring_run_may_die_at_any_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A2, A6."""
    monkeypatch.setattr("chalicelib.services.refresh_part.AT_ONCE", 1)
    quiet = Run()
    calls = count_calls(quiet.app, quiet.go)
    expected = ending(quiet)
    assert expected[0].buyers == 6
    assert all(classes.rfm for classes, _ in expected[2].values())

    deaths = 0
    runs: list[Run] = []

    def make() -> Run:
        runs.append(Run())
        return runs[-1]

    for death, run in each_death(make, lambda run: run.app, lambda app: runs[-1].go(app)):
        run.go(run.app)
        assert ending(run) == expected, death
        deaths += 1
    assert deaths == 2 * len(calls) > 100
