"""E7's sibling for statistics: what a return takes back, from which order, at which price."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.order_sums import Sums
from chalicelib.domain.orders import Order, OrderLine
from chalicelib.domain.returns import Remains, remains

START = datetime(2026, 1, 1, tzinfo=UTC)


def order(order_id: str, day: float, *lines: tuple[str, int, int], currency: str = "GBP") -> Order:
    return Order(
        order_id=order_id,
        customer_id="ann",
        placed_at=START + timedelta(days=day),
        currency=currency,
        lines=tuple(OrderLine(sku=sku, quantity=quantity, unit_price=price) for sku, quantity, price in lines),
        categories={"tea": "Tea", "pot": "Pots"},
    )


BOUGHT = order("1", 0, ("tea", 3, 500), ("pot", 1, 2000))


@pytest.mark.parametrize(
    ("orders", "left"),
    [
        pytest.param([BOUGHT], {}, id="nothing came back"),
        pytest.param(
            [BOUGHT, order("C2", 1, ("tea", -1, 500))],
            {"1": (3000, {"Tea": 1000, "Pots": 2000}, True), "C2": (0, {}, False)},
            id="a part",
        ),
        pytest.param(
            [BOUGHT, order("C2", 1, ("tea", -3, 500), ("pot", -1, 2000))],
            {"1": (0, {}, False), "C2": (0, {}, False)},
            id="all of it",
        ),
        pytest.param(
            [BOUGHT, order("C2", 1, ("tea", -5, 500))],
            {"1": (2000, {"Pots": 2000}, True), "C2": (0, {}, False)},
            id="more than was bought",
        ),
        pytest.param([order("C2", 1, ("tea", -1, 500))], {"C2": (0, {}, False)}, id="of nothing that is known"),
        pytest.param(
            [BOUGHT, order("C2", -1, ("tea", -1, 500))], {"C2": (0, {}, False)}, id="before the order: no effect"
        ),
        pytest.param(
            [BOUGHT, order("C2", 1, ("tea", -1, 500), currency="EUR")], {"C2": (0, {}, False)}, id="another currency"
        ),
        pytest.param(
            [order("a", 0, ("tea", 2, 500)), order("b", 1, ("tea", 2, 400)), order("C", 2, ("tea", -3, 400))],
            {"a": (500, {"Tea": 500}, True), "b": (0, {}, False), "C": (0, {}, False)},
            id="the latest earlier order first, at the price it was bought for",
        ),
        pytest.param(
            [order("b", 0, ("tea", 1, 500)), order("a", 0, ("tea", 1, 400)), order("C", 0, ("tea", -1, 1))],
            {"b": (0, {}, False), "C": (0, {}, False)},
            id="at one time: the greatest id first; the return's own time counts as before",
        ),
        pytest.param(
            [order("a", 0, ("tea", 2, 500), ("tea", 2, 600), ("tea", 2, 550)), order("C", 1, ("tea", -4, 500))],
            {"a": (1100, {"Tea": 1100}, True), "C": (0, {}, False)},
            id="within an order: the price of the return first, then the dearest",
        ),
        pytest.param(
            [BOUGHT, order("X", 1, ("tea", -1, 500), ("pot", 2, 1500))],
            {"1": (3000, {"Tea": 1000, "Pots": 2000}, True), "X": (3000, {"Pots": 3000}, True)},
            id="an exchange takes back and is an order, too",
        ),
        pytest.param(
            [order("a", 0, ("gift", 1, 0)), order("C", 1, ("gift", -1, 0))],
            {"a": (0, {}, False), "C": (0, {}, False)},
            id="a free gift that came back is no order any more",
        ),
        pytest.param(
            [BOUGHT, order("C2", 1, ("tea", -1, 500)), order("C3", 2, ("tea", -1, 500))],
            {"1": (2500, {"Tea": 500, "Pots": 2000}, True), "C2": (0, {}, False), "C3": (0, {}, False)},
            id="two returns never take the same unit",
        ),
    ],
)
def test_a_return_takes_back_what_an_earlier_order_held(orders, left):
    sku_of = {"Tea": "tea", "Pots": "pot"}
    expected = {
        name: Remains(
            sums=Sums(total=total, categories=by), skus=tuple(sorted(sku_of[one] for one in by)), counts=counts
        )
        for name, (total, by, counts) in left.items()
    }

    assert remains(orders) == expected
    assert remains(reversed(orders)) == expected


def test_what_came_back_takes_its_brand_and_its_cost_along():
    bought = replace(BOUGHT, brands={"tea": "Assam & Co"}, costs={"tea": 200})
    back = replace(order("C2", 1, ("tea", -1, 500)), brands={"tea": "Other"}, costs={"tea": 999})

    left = remains([bought, back])["1"].sums

    assert (left.brands, left.costed, left.cost) == ({"Assam & Co": 1000}, 1000, 400)


lines = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(-3, 3).filter(bool), st.integers(0, 3)), min_size=1, max_size=4
)
histories = st.lists(st.tuples(st.integers(0, 4), lines), max_size=6)


@given(history=histories, data=st.data())
def test_the_sequence_of_orders_and_lines_does_not_matter(history, data):
    orders = [order(str(n), day, *said) for n, (day, said) in enumerate(history)]
    shuffled = [
        order(each.order_id, (each.placed_at - START).days, *data.draw(st.permutations(said)))
        for each, (_, said) in zip(orders, history, strict=True)
    ]

    assert remains(data.draw(st.permutations(shuffled))) == remains(orders)


@given(history=histories)
def test_no_more_is_taken_back_than_was_bought_and_no_less_is_left_than_nothing(history):
    orders = [order(str(n), day, *said) for n, (day, said) in enumerate(history)]

    for order_id, left in remains(orders).items():
        bought = sum(line.quantity * line.unit_price for line in orders[int(order_id)].lines if line.quantity > 0)
        assert 0 <= left.sums.total <= bought
        assert all(worth >= 0 for worth in left.sums.categories.values())
        assert left.counts or left.sums.total == 0
