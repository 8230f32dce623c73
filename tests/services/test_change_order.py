"""E11, E7's sibling for statistics: cancel, refund and status undo or note what they say, once, before or after."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.orders import OrderHeader
from chalicelib.errors import IdempotencyMismatch, InvalidInput, MalformedRequest, StaleRevision
from chalicelib.ports import App
from chalicelib.services.change_order import cancel_order, refund_order, set_order_status
from chalicelib.services.get_order import get_order
from chalicelib.services.place_order import place_order
from chalicelib.services.put_product import put_product
from chalicelib.services.refresh_statistics import refresh_statistics
from tests.fakes import make_app

ORDER = {
    "order_id": "1",
    "customer_id": "ann",
    "placed_at": "2026-11-01T10:00:00Z",
    "lines": [
        {"sku": "tea", "quantity": 2, "unit_price": 500},
        {"sku": "tea", "quantity": 1, "unit_price": 700},
        {"sku": "pot", "quantity": 1, "unit_price": 2000},
    ],
}
OTHER = {**ORDER, "order_id": "2", "placed_at": "2026-11-11T10:00:00Z", "lines": ORDER["lines"][:1]}


@pytest.fixture
def app() -> App:
    app = make_app()
    put_product(app, "tea", {"name": "Tea", "category": "Teas"})
    put_product(app, "pot", {"name": "Pot", "category": "Pots"})
    return app


def counted(app: App) -> tuple[int, int, dict[str, int]]:
    """Orders, money, money by category."""
    refresh_statistics(app, "ann")
    customer = app.customers.get("ann")
    assert customer is not None
    return customer.stats.orders, customer.stats.spent, dict(customer.stats.categories)


WHOLE = (1, 3700, {"Teas": 1700, "Pots": 2000})


@pytest.mark.parametrize(
    ("refunds", "left"),
    [
        pytest.param([], WHOLE, id="nothing"),
        pytest.param([{}], (0, 0, {}), id="the whole order"),
        pytest.param([{"lines": [{"sku": "tea", "quantity": 1}]}], (1, 3000, {"Teas": 1000, "Pots": 2000}), id="units"),
        pytest.param(
            [{"lines": [{"sku": "tea", "quantity": 2}]}], (1, 2500, {"Teas": 500, "Pots": 2000}), id="the dearest first"
        ),
        pytest.param([{"lines": [{"sku": "tea", "quantity": 9}]}], (1, 2000, {"Pots": 2000}), id="more than was there"),
        pytest.param([{"lines": [{"sku": "cup", "quantity": 9}]}], WHOLE, id="of nothing that was bought"),
        pytest.param([{"amount": 370}], (1, 3330, {"Teas": 1530, "Pots": 1800}), id="money, in proportion"),
        pytest.param([{"amount": 3700}], (0, 0, {}), id="all the money"),
        pytest.param([{"amount": 9999}], (0, 0, {}), id="more money than was paid"),
        pytest.param(
            [{"refund_id": "a", "amount": 100}, {"refund_id": "b", "amount": 100}],
            (1, 3500, {"Teas": 1608, "Pots": 1891}),
            id="two amounts",
        ),
        pytest.param(
            [{"lines": [{"sku": "pot", "quantity": 1}]}, {"amount": 200}], (1, 1500, {"Teas": 1500}), id="both"
        ),
    ],
)
def test_what_is_left_of_a_refunded_order(app, refunds, left):
    place_order(app, ORDER)
    for refund in refunds:
        refund_order(app, "1", refund)

    assert counted(app) == left


def test_a_refund_takes_from_its_own_order_and_a_return_from_what_is_left(app):
    """Exactly once: the unit that was refunded cannot come back a second time."""
    place_order(app, ORDER)
    place_order(app, OTHER)
    refund_order(app, "2", {"lines": [{"sku": "tea", "quantity": 1}]})
    back = {**OTHER, "order_id": "3", "lines": [{"sku": "tea", "quantity": -2, "unit_price": 500}]}
    place_order(app, {**back, "placed_at": "2026-11-12T10:00:00Z"})

    assert counted(app) == (1, 3200, {"Teas": 1200, "Pots": 2000})


def test_a_cancelled_order_counts_for_nothing_and_placing_it_again_does_not_bring_it_back(app):
    """E11."""
    place_order(app, ORDER)
    assert counted(app)[0] == 1

    assert cancel_order(app, "1", {})[2] == "updated"
    writes = app.orders.writes
    assert cancel_order(app, "1", {})[2] == "unchanged"
    assert place_order(app, ORDER)[1] == "unchanged"

    assert app.orders.writes == writes
    assert counted(app) == (0, 0, {})
    assert get_order(app, "1").shown_status == "cancelled"
    place_order(app, ORDER | {"store": "Bristol"})
    assert (get_order(app, "1").store, get_order(app, "1").status) == ("Bristol", "cancelled")


def test_a_cancellation_before_the_order_waits_for_it(app):
    """E11."""
    _, order, outcome = cancel_order(app, "1", {"at": "2026-11-02T10:00:00Z"})
    assert (order, outcome) == (None, "kept")
    assert app.customers.get("ann") is None

    place_order(app, ORDER)

    assert get_order(app, "1").status == "cancelled"
    assert counted(app) == (0, 0, {})
    assert [event.properties["status"] for event in app.events.of("ann")] == ["cancelled"]


def test_a_status_is_noted_and_is_an_event(app):
    """M19: flows listen to it."""
    place_order(app, ORDER)
    for status in ("paid", "shipped", "paid"):
        set_order_status(app, "1", {"status": status, "at": "2026-11-03T10:00:00Z"})

    assert get_order(app, "1").shown_status == "shipped"
    assert counted(app) == WHOLE
    assert sorted(str(event.properties["status"]) for event in app.events.of("ann")) == ["paid", "shipped"]


def test_an_order_may_be_placed_with_a_step(app):
    order, _ = place_order(app, ORDER | {"status": "paid"})

    assert (order.status, order.shown_status) == ("placed", "paid")
    set_order_status(app, "1", {"status": "shipped"})
    assert place_order(app, ORDER | {"status": "paid"})[1] == "unchanged"
    assert get_order(app, "1").shown_status == "shipped"
    assert counted(app) == WHOLE


def test_a_refund_id_stands_for_one_refund(app):
    """E12's sibling: a replayed refund takes back once."""
    place_order(app, ORDER)
    refund_order(app, "1", {"refund_id": "r", "amount": 100})
    refund_order(app, "1", {"refund_id": "r", "amount": 100})

    with pytest.raises(IdempotencyMismatch):
        refund_order(app, "1", {"refund_id": "r", "amount": 200})

    assert counted(app)[1] == 3600


@pytest.mark.parametrize(
    ("change", "fields", "error"),
    [
        (cancel_order, {"at": "soon"}, InvalidInput),
        (cancel_order, {"why": "x"}, InvalidInput),
        (cancel_order, [], MalformedRequest),
        (refund_order, {"amount": 0}, MalformedRequest),
        (refund_order, [], MalformedRequest),
        (set_order_status, {}, InvalidInput),
        (set_order_status, {"status": "cancelled"}, InvalidInput),
        (set_order_status, {"status": "lost"}, InvalidInput),
    ],
)
def test_a_wrong_change_is_refused_and_nothing_is_kept(app, change, fields, error):
    """F5."""
    place_order(app, ORDER)

    with pytest.raises(error):
        change(app, "1", fields)

    assert app.orders.changes(["1"]) == {}
    assert counted(app) == WHOLE


STEPS: dict[str, Any] = {
    "place": lambda app: place_order(app, ORDER),
    "place another": lambda app: place_order(app, OTHER),
    "cancel": lambda app: cancel_order(app, "1", {"at": "2026-11-05T10:00:00Z"}),
    "refund units": lambda app: refund_order(
        app, "1", {"at": "2026-11-05T10:00:00Z", "lines": [{"sku": "tea", "quantity": 1}]}
    ),
    "refund money": lambda app: refund_order(app, "1", {"at": "2026-11-05T10:00:00Z", "amount": 99}),
    "refund the other": lambda app: refund_order(app, "2", {"at": "2026-11-05T10:00:00Z"}),
    "pay": lambda app: set_order_status(app, "1", {"at": "2026-11-05T10:00:00Z", "status": "paid"}),
    "ship": lambda app: set_order_status(app, "1", {"at": "2026-11-05T10:00:00Z", "status": "shipped"}),
}


def ending(steps: list[str]) -> Any:
    app = make_app()
    put_product(app, "tea", {"name": "Tea", "category": "Teas"})
    for step in steps:
        STEPS[step](app)
    refresh_statistics(app, "ann")
    customer = app.customers.get("ann")
    orders = {order_id: app.orders.get(order_id) for order_id in ("1", "2")}
    return orders, customer and customer.stats, app.events.of("ann")


@given(steps=st.sets(st.sampled_from(sorted(STEPS)), min_size=1).map(sorted), data=st.data())
@settings(max_examples=60)
def test_any_sequence_and_repetition_of_what_happens_to_an_order_ends_the_same(steps, data):
    """E11."""
    again = data.draw(st.permutations(steps + data.draw(st.lists(st.sampled_from(steps), max_size=4))))

    assert ending(again) == ending(steps)


def test_of_placing_and_cancelling_at_once_the_cancellation_holds():
    """E11: whichever is first."""
    for _ in range(20):
        app = make_app()
        with ThreadPoolExecutor(4) as pool:
            for task in [pool.submit(STEPS[step], app) for step in ("place", "cancel", "pay", "place")]:
                task.result()
        assert get_order(app, "1").shown_status == "cancelled"


def test_a_cancellation_that_comes_between_reading_and_writing_of_an_order_holds(app, monkeypatch):
    """E11: told after the writer had looked, before it wrote."""
    create = app.orders.create_many

    def late(orders: Any) -> Any:
        monkeypatch.setattr(app.orders, "create_many", create)
        cancel_order(app, "1", {})
        return create(orders)

    monkeypatch.setattr(app.orders, "create_many", late)

    place_order(app, ORDER)

    assert get_order(app, "1").status == "cancelled"
    assert counted(app) == (0, 0, {})


def test_what_was_told_but_not_applied_is_applied_by_the_repeat(app, monkeypatch):
    """A2: killed between keeping the cancellation and applying it."""
    place_order(app, ORDER)

    def stale(_: object, header: OrderHeader) -> None:
        raise StaleRevision(header.order_id)

    with monkeypatch.context() as patched:
        patched.setattr(app.orders, "replace", stale)
        with pytest.raises(StaleRevision):
            cancel_order(app, "1", {})
    assert get_order(app, "1").status == "placed"

    assert cancel_order(app, "1", {})[2] == "updated"
    assert get_order(app, "1").status == "cancelled"
