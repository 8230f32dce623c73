"""A shop in memory whose queue of scans is worked off as the worker would, with as little time a message as wanted."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.norms import Norms
from chalicelib.domain.scans import scan_from_body, scan_to_body
from chalicelib.ports import App
from chalicelib.services.keep_reports import ALL, Counted, kept_report
from chalicelib.services.load_norms import load_norms
from chalicelib.services.place_order import place_order
from chalicelib.services.put_product import put_product
from chalicelib.services.rebuild_statistics import rebuild_statistics
from chalicelib.workers.scans import JOBS
from tests.fakes import NOON, make_app

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def work(app: Any, body: dict[str, Any], deadline: datetime = FOREVER) -> None:
    """One message of the scan queue."""
    scan = scan_from_body(body)
    rest = JOBS[scan.job](app, scan, deadline)
    if rest is not None:
        app.queue.send("scan", [scan_to_body(rest)])


def work_off_scans(app: Any, deadline: datetime = FOREVER, *, twice: bool = False) -> list[str]:
    """All messages, and those that they lead to; the jobs in their order."""
    jobs: list[str] = []
    while bodies := app.queue.take("scan"):
        for body in bodies * (2 if twice else 1):
            jobs.append(body["job"])
            work(app, body, deadline)
    return list(dict.fromkeys(jobs))


def open_shop_with_buyers() -> App:
    """A shop to be measured."""
    app = make_app()
    fill_with_buyers(app)
    return app


def fill_with_buyers(app: App) -> None:
    """Twelve buyers with 1 to 12 orders each; costs, categories and brands are known."""
    put_product(app, "tea", {"name": "Tea", "category": "Teas", "brand": "Kyoto Leaf", "cost": 300})
    put_product(app, "pot", {"name": "Pot", "category": "Pots", "brand": "Crane", "cost": 1500})
    for buyer in range(1, 13):
        for order in range(buyer):
            lines = [{"sku": "tea", "quantity": 1 + buyer % 3, "unit_price": 500}]
            if order % 2:
                lines.append({"sku": "pot", "quantity": 1, "unit_price": 2500})
            placed = NOON - timedelta(days=20 * order + 3 * buyer)
            fields = {"order_id": f"{buyer}-{order}", "customer_id": f"c{buyer:02}", "lines": lines}
            place_order(app, {**fields, "placed_at": placed.isoformat()})
    rebuild_statistics(app)
    app.queue.take("scan")  # type: ignore[attr-defined]


def measured(app: App) -> Norms:
    """The norms of a shop that was measured."""
    norms = load_norms(app)
    assert norms is not None
    return norms


def counted(app: App, group: str = ALL) -> Counted:
    """The counts of a shop that was measured."""
    kept = kept_report(app, group)
    assert kept is not None
    return kept
