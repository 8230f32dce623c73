"""What each report says of a small group, exactly; F12: of an empty one, nothing but nulls and zeros."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.months import Months
from chalicelib.domain.norms import Norms, norms_of
from chalicelib.domain.reports import REPORTS
from chalicelib.domain.spread import Spread
from chalicelib.domain.tallies import counts_of
from chalicelib.domain.thresholds import Thresholds

NOW = datetime(2026, 7, 1, tzinfo=UTC)
JUNE = 2026 * 12 + 5
LONDON = ZoneInfo("Europe/London")


def buyer(orders: int, spent: int, *months: int | None, cost: int = 0, **fields: object) -> Customer:
    stats = Statistics(
        orders=orders,
        receipts=orders,
        spent=spent,
        costed=spent if cost else 0,
        cost=cost,
        first_order_at=datetime(2026, 3, 1, tzinfo=UTC),
        last_order_at=datetime(2026, 6, 20, tzinfo=UTC),
        mean_gap_days=30.0 if orders > 1 else None,
        gap_variance=4.0 if orders > 2 else None,
        months=Months(last=JUNE, span=len(months), spent=months),
    )
    return Customer(id="ann", stats=stats, **fields)  # type: ignore[arg-type]


GROUP = [
    Customer(id="nobody"),
    buyer(1, 500, 500),
    buyer(4, 8000, 2000, 2000, 2000, 2000, cost=6000, attributes={"share_of_wallet": 95}),
    buyer(2, 1500, 500, None, 1000, cost=750),
]


def report(name: str, *customers: Customer) -> dict[str, object]:
    spread = Spread()
    for customer in customers:
        spread.add(customer)
    norms: Norms = norms_of(spread, NOW, LONDON, Thresholds())
    tally: Counter[str] = Counter()
    for customer in customers:
        for key, number in counts_of(customer, norms, NOW):
            tally[key] += number
    return REPORTS[name](tally, norms, "GBP")


def pounds(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "GBP"}


def test_stages():
    rows = report("stages", *GROUP)["stages"]

    assert [(row["stage"], row["customers"], row["percent"], row["spent"]) for row in rows] == [  # type: ignore[attr-defined]
        ("prospect", 1, 25.0, pounds(0)),
        ("buyer", 1, 25.0, pounds(500)),
        ("client", 1, 25.0, pounds(1500)),
        ("regular", 0, 0.0, pounds(0)),
        ("loyal", 1, 25.0, pounds(8000)),
        ("advocate", 0, 0.0, pounds(0)),
    ]


def test_ltv():
    assert report("ltv", *GROUP) == {
        "customers": 4,
        "buyers": 3,
        "ltv": pounds(965),  # 10000 / 7 x 7 / 8 x 2750 / 9500 x 8 / 3
        "mean_receipt": pounds(1429),
        "purchases_a_month": 0.875,
        "profit_share": 0.2895,
        "active_months": 2.6667,
        "spent": pounds(10_000),
        "gross_profit": pounds(2750),
        "share_of_spent_with_known_cost": 0.95,
    }


def test_rfm():
    assert report("rfm", *GROUP) == {
        "customers": 4,
        "buyers": 3,
        "classes": [
            {"rfm": "144", "customers": 1, "spent": pounds(8000)},
            {"rfm": "122", "customers": 1, "spent": pounds(1500)},
            {"rfm": "111", "customers": 1, "spent": pounds(500)},
        ],
    }


def test_abcxyz():
    found = report("abcxyz", *GROUP)

    assert found["limits"] == {"a": pounds(8000), "b": pounds(1500)}
    assert found["thresholds"] == {"a": 80, "b": 95, "x": 0.5, "y": 1}
    rows = [row for row in found["classes"] if row["customers"]]  # type: ignore[attr-defined]
    assert [(row["abc"], row["xyz"], row["customers"], row["spent"], row["percent_of_spent"]) for row in rows] == [
        ("A", "X", 1, pounds(8000), 80.0),
        ("B", "Y", 1, pounds(1500), 15.0),
        ("C", None, 1, pounds(500), 5.0),
    ]
    assert len(found["classes"]) == 12  # type: ignore[arg-type]


def test_retention():
    found = report("retention", *GROUP)

    assert found["active_months"] == 3
    months = [tuple(row.values()) for row in found["months"]]  # type: ignore[attr-defined]
    assert months == [
        ("2026-03", 0, 1, 1, 1, None),
        ("2026-04", 1, 2, 1, 1, 100.0),
        ("2026-05", 2, 2, 0, 0, 100.0),
        ("2026-06", 2, 3, 1, 1, 100.0),
    ]
    assert {"cohort": "2026-04", "month": "2026-05", "customers": 1, "bought": 0, "active": 1, "crr": 100.0} in found[
        "cohorts"
    ]  # type: ignore[operator]


@pytest.mark.parametrize("customers", [[], [Customer(id="nobody")]])
@pytest.mark.parametrize("name", REPORTS)
def test_no_data_is_told_as_null_and_zero(name, customers):
    """F12."""
    text = str(report(name, *customers))

    assert "nan" not in text.lower()
    assert "inf" not in text.lower()


def test_of_nobody_the_factors_are_null():
    """F12."""
    found = report("ltv")

    assert [found[name] for name in ("ltv", "mean_receipt", "purchases_a_month", "profit_share", "active_months")] == [
        None
    ] * 5
    assert report("abcxyz")["limits"] == {"a": None, "b": None}
