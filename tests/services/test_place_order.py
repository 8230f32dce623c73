"""One order through the API: idempotent by its id, refused with every wrong field named."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.domain.customers import Customer
from chalicelib.domain.orders import OrderHeader, OrderLine
from chalicelib.errors import Conflict, HabitueError, InvalidInput, MalformedRequest, NotFound, StaleRevision
from chalicelib.ports import App
from chalicelib.services.get_order import get_order
from chalicelib.services.place_order import place_order
from chalicelib.services.put_product import put_product
from tests.fakes import make_app

ORDER = {
    "order_id": "1",
    "customer_id": "ann",
    "placed_at": "2026-03-01T10:00:00+01:00",
    "lines": [{"sku": "tea", "quantity": 2, "unit_price": 500}],
}


@pytest.fixture
def app() -> App:
    return make_app()


def test_an_order_is_stored_with_its_customer_and_what_is_known_of_its_goods(app):
    put_product(app, "tea", {"name": "Tea", "category": "Teas", "brand": "Assam & Co", "cost": 200})

    order, outcome = place_order(
        app, ORDER | {"discounts": [{"code": "X", "amount": 100}], "shipping": 250, "tax": None}
    )

    assert outcome == "created"
    assert (order.total, order.currency, order.placed_at.isoformat()) == (1000, "GBP", "2026-03-01T09:00:00+00:00")
    assert (order.discounts, order.shipping, order.tax) == ((("X", 100),), 250, None)
    header = app.orders.header("ann", "1")
    assert header is not None
    assert (header.categories, header.takes_back) == ({"Teas": 1000}, False)
    assert (header.brands, header.costed, header.cost) == ({"Assam & Co": 1000}, 1000, 400)
    stored = get_order(app, "1")
    assert (stored.categories, stored.brands, stored.costs) == ({"tea": "Teas"}, {"tea": "Assam & Co"}, {"tea": 200})
    assert app.customers.get("ann") == Customer(id="ann", revision=1)


def test_the_same_order_again_changes_nothing(app):
    place_order(app, ORDER)
    writes = app.orders.writes

    order, outcome = place_order(app, ORDER | {"placed_at": "2026-03-01T09:00:00Z"})

    assert (outcome, order.order_id) == ("unchanged", "1")
    assert app.orders.writes == writes


def test_a_changed_order_is_replaced(app):
    place_order(app, ORDER)

    _, outcome = place_order(app, ORDER | {"status": "cancelled"})

    assert outcome == "updated"
    header = app.orders.header("ann", "1")
    assert header is not None
    assert (header.status, header.revision) == ("cancelled", 2)
    assert get_order(app, "1").status == "cancelled"


def test_an_id_of_another_customer_is_refused_and_nothing_changes(app):
    place_order(app, ORDER)

    with pytest.raises(Conflict, match="Order '1' belongs to another customer than 'bob'"):
        place_order(app, ORDER | {"customer_id": "bob"})

    assert get_order(app, "1").customer_id == "ann"
    assert app.orders.headers("bob") == []


@pytest.mark.parametrize(
    ("change", "error", "where", "message"),
    [
        ({"order_id": None}, InvalidInput, "order_id", "is needed"),
        ({"order_id": ""}, InvalidInput, "order_id", "must have 1 to 200 characters, got 0"),
        ({"customer_id": "a\nb"}, InvalidInput, "customer_id", "has a character that none may have here: U+000A"),
        (
            {"placed_at": "2026-03-01T10:00:00"},
            InvalidInput,
            "placed_at",
            "'2026-03-01T10:00:00' has no offset; add Z or, for example, +01:00",
        ),
        (
            {"currency": "XXX"},
            InvalidInput,
            "currency",
            "'XXX' is no currency known here; use an ISO 4217 code such as GBP, EUR or USD",
        ),
        ({"lines": []}, MalformedRequest, "lines", "must be a list of at least one line"),
        ({"lines": [3]}, MalformedRequest, "lines[0]", "must be an object"),
        (
            {"status": "lost"},
            InvalidInput,
            "status",
            "must be one of placed, paid, packed, ready, shipped, delivered, cancelled, returned",
        ),
        (
            {"lines": [{"sku": "tea", "quantity": 0, "unit_price": 1}]},
            InvalidInput,
            "lines[0].quantity",
            "must not be 0",
        ),
        (
            {"lines": [{"sku": "tea", "quantity": 1, "unit_price": 2.5}]},
            MalformedRequest,
            "lines[0].unit_price",
            "must be a whole number from 0 to 1000000000000",
        ),
        (
            {"lines": [{"sku": "tea", "quantity": 1, "unit_price": -1}]},
            InvalidInput,
            "lines[0].unit_price",
            "must be a whole number from 0 to 1000000000000",
        ),
        (
            {"lines": [{"sku": "tea", "quantity": 1, "unit_price": 1, "colour": "red"}]},
            InvalidInput,
            "lines[0].colour",
            "is not a field here; known: quantity, sku, unit_price",
        ),
        ({"discounts": {}}, MalformedRequest, "discounts", "must be a list of at most 50 discounts"),
        ({"discounts": [{"code": "X"}]}, InvalidInput, "discounts[0].amount", "is needed"),
    ],
)
def test_a_wrong_order_is_refused_with_its_place_and_nothing_is_stored(app, change, error, where, message):
    """E4, F5: wrong types and amounts are malformed, values that are not allowed are invalid."""
    with pytest.raises(error) as refused:
        place_order(app, ORDER | change)

    assert (where, message) in [(detail.where, detail.message) for detail in refused.value.details]
    assert app.orders.writes == 0
    assert app.customers.get("ann") is None


def test_an_order_too_large_for_one_item_is_refused(app):
    lines = [{"sku": "x" * 200, "quantity": 1, "unit_price": 1}] * 2000

    with pytest.raises(InvalidInput, match="has 2000 lines, about 490,000 bytes; the limit is 350,000 bytes"):
        place_order(app, ORDER | {"lines": lines})

    assert app.orders.writes == 0


def test_of_many_at_once_one_creates_the_order(app):
    """A1."""
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: place_order(app, ORDER)[1], range(40)))

    assert set(outcomes) <= {"created", "unchanged"}
    assert get_order(app, "1").lines == (OrderLine(sku="tea", quantity=2, unit_price=500),)
    assert app.orders.writes == 2


def test_a_rival_that_created_a_different_order_first_is_overwritten_as_a_later_call_would(app, monkeypatch):
    create = app.orders.create_many

    def rival_first(orders: Any) -> dict[str, str]:
        monkeypatch.setattr(app.orders, "create_many", create)
        place_order(app, ORDER | {"status": "cancelled"})
        answers: dict[str, str] = create(orders)
        return answers

    monkeypatch.setattr(app.orders, "create_many", rival_first)

    _, outcome = place_order(app, ORDER)

    assert outcome == "updated"
    assert get_order(app, "1").status == "placed"


def test_an_order_that_keeps_changing_is_given_up(app, monkeypatch):
    place_order(app, ORDER)
    monkeypatch.setattr(app.orders, "replace", _stale)

    with pytest.raises(StaleRevision, match="Order '1' kept changing while it was stored"):
        place_order(app, ORDER | {"status": "cancelled"})

    assert get_order(app, "1").status == "placed"


def _stale(_: object, header: OrderHeader) -> None:
    raise StaleRevision(header.order_id)


def test_an_order_that_is_not_there_is_not_found(app):
    with pytest.raises(NotFound, match="There is no order '1'"):
        get_order(app, "1")


@pytest.mark.parametrize("body", [None, [], "x", 3])
def test_a_body_that_is_no_object_is_refused(app, body):
    with pytest.raises(HabitueError):
        place_order(app, body)

    assert app.orders.writes == 0
