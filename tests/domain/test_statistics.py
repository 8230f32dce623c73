"""What a customer's orders add up to; F12: one order, no orders, equal times give "not enough data", never NaN."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Statistics
from chalicelib.domain.months import Months
from chalicelib.domain.order_sums import Sums
from chalicelib.domain.orders import OrderHeader
from chalicelib.domain.returns import Remains
from chalicelib.domain.statistics import statistics

LONDON = ZoneInfo("Europe/London")
JANUARY = 2026 * 12
START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def january(spent: int) -> Months:
    return Months(last=JANUARY, span=1, spent=(spent,))


def header(order_id: str, at: float, total: int, **fields: object) -> OrderHeader:
    values = {"currency": "GBP", "categories": {"Tea": total}} | fields
    return OrderHeader(order_id=order_id, customer_id="ann", placed_at=day(at), total=total, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([], Statistics(), id="no orders"),
        pytest.param(
            [header("1", 0, 500)],
            Statistics(
                orders=1,
                spent=500,
                receipts=1,
                first_order_at=day(0),
                last_order_at=day(0),
                months=january(500),
                categories={"Tea": 500},
            ),
            id="one order has no gap",
        ),
        pytest.param(
            [header("1", 0, 500), header("2", 0, 100)],
            Statistics(
                orders=2,
                spent=600,
                receipts=2,
                first_order_at=day(0),
                last_order_at=day(0),
                months=january(600),
                categories={"Tea": 600},
            ),
            id="two orders at one time have no gap either",
        ),
        pytest.param(
            [header("1", 0, 500), header("2", 10, 100)],
            Statistics(
                orders=2,
                spent=600,
                receipts=2,
                first_order_at=day(0),
                last_order_at=day(10),
                mean_gap_days=10.0,
                months=january(600),
                categories={"Tea": 581},
            ),
            id="one gap has no variance",
        ),
        pytest.param(
            [header("1", 0, 1), header("2", 1, 1), header("3", 4, 1), header("4", 4, 1)],
            Statistics(
                orders=4,
                spent=4,
                receipts=4,
                first_order_at=day(0),
                last_order_at=day(4),
                mean_gap_days=2.0,
                gap_variance=1.0,
                months=january(4),
                categories={"Tea": 4},
            ),
            id="gaps of 1 and 3 days",
        ),
        pytest.param(
            [header("1", 0, 500), header("2", 1, 100, status="cancelled"), header("3", 2, 50, status="returned")],
            Statistics(
                orders=1,
                spent=500,
                receipts=1,
                first_order_at=day(0),
                last_order_at=day(0),
                months=january(500),
                categories={"Tea": 500},
            ),
            id="cancelled and returned orders do not count",
        ),
        pytest.param(
            [header("1", 0, 500), header("2", 8, 900, currency="EUR"), header("3", 8, 40, currency="EUR")],
            Statistics(
                orders=3,
                spent=500,
                receipts=1,
                first_order_at=day(0),
                last_order_at=day(8),
                mean_gap_days=8.0,
                months=january(500),
                categories={"Tea": 500},
                other_currencies={"EUR": 940},
            ),
            id="another currency is kept apart",
        ),
        pytest.param(
            [header("1", 0, 500), header("2", 3, 100), header("C3", 5, -500)],
            Statistics(
                orders=1,
                spent=70,
                receipts=1,
                months=january(70),
                first_order_at=day(3),
                last_order_at=day(3),
                categories={"Tea": 70},
            ),
            id="what was taken back is gone, and so is the return itself",
        ),
    ],
)  # fmt: skip
def test_statistics_of_a_customer(headers, expected):
    left = {
        "1": Remains(sums=Sums(total=0), counts=False),
        "2": Remains(sums=Sums(total=70, categories={"Tea": 70}), counts=True),
        "C3": Remains(sums=Sums(total=0), counts=False),
    }
    remains = left if any(header.total < 0 for header in headers) else {}

    assert statistics(headers, remains, "GBP", LONDON) == expected


def test_profit_brands_and_months_come_from_the_headers():
    orders = [
        header("1", 0, 500, brands={"A": 500}, costed=300, cost=100),
        header("2", 180, 100, brands={"A": 40, "B": 60}, costed=100, cost=120),
        header("3", 180, 900, brands={"A": 900}, costed=900, cost=1, currency="EUR"),
    ]

    found = statistics(orders, {}, "GBP", LONDON)

    assert (found.orders, found.receipts, found.spent, found.costed, found.cost) == (3, 2, 600, 400, 220)
    assert found.brands == {"A": 290, "B": 60}  # half of 500, as it was 180 days before
    assert found.months == Months(last=JANUARY + 5, span=6, spent=(500, None, None, None, None, 100))


def test_only_the_heaviest_brands_are_kept():
    orders = [header("1", 0, 6, brands=dict(zip("fedcba", range(1, 7), strict=True)))]

    assert statistics(orders, {}, "GBP", LONDON).brands == {"a": 6, "b": 5, "c": 4, "d": 3, "e": 2}


@given(
    orders=st.lists(
        st.tuples(st.integers(0, 10**7), st.integers(0, 10**6), st.sampled_from(["GBP", "EUR"])), max_size=8
    ),
    data=st.data(),
)
def test_the_sequence_of_headers_does_not_matter_and_no_number_is_nan(orders, data):
    headers = [header(str(n), at / 1000, total, currency=currency) for n, (at, total, currency) in enumerate(orders)]

    found = statistics(headers, {}, "GBP", LONDON)

    assert statistics(data.draw(st.permutations(headers)), {}, "GBP", LONDON) == found
    assert found.orders == len(headers)
    assert found.spent + sum(found.other_currencies.values()) == sum(header.total for header in headers)
    assert found.mean_gap_days is None or found.mean_gap_days >= 0
    assert found.gap_variance is None or found.gap_variance >= 0
