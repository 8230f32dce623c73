"""The contract of ports.Orders, run over the memory fake and over the table on MiniStack (moto has no such PartiQL)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.order_changes import OrderChanges
from chalicelib.domain.order_fields import MAX_LINES_BYTES
from chalicelib.domain.orders import Order, OrderLine, header_of
from chalicelib.domain.refunds import Refund
from chalicelib.errors import StaleRevision
from chalicelib.ports import Orders
from chalicelib.storage.orders import OrdersTable
from tests.fakes.orders import MemoryOrders


@pytest.fixture
def table(ministack: Any) -> OrdersTable:
    return OrdersTable(ministack.client("dynamodb"), ministack.tables["Orders"])


@pytest.fixture(params=["memory", "ministack"])
def orders(request: pytest.FixtureRequest) -> Orders:
    if request.param == "memory":
        return MemoryOrders()
    found: Orders = request.getfixturevalue("table")
    return found


def order(order_id: str = "1", customer_id: str = "ann", *, price: int = 500, **fields: Any) -> Order:
    values: dict[str, Any] = {"placed_at": datetime(2026, 3, 1, 10, 0, 0, 250, tzinfo=UTC), "currency": "GBP"} | fields
    lines = (OrderLine(sku="tea", quantity=2, unit_price=price), OrderLine(sku="pöt", quantity=-1, unit_price=0))
    return Order(order_id=order_id, customer_id=customer_id, lines=values.pop("lines", lines), **values)


def create(orders: Orders, *which: Order) -> dict[str, str]:
    return orders.create_many([(each, header_of(each)) for each in which])


def test_an_order_comes_back_as_it_was_written(orders):
    said = order(
        status="cancelled",
        voucher_code="ABC",
        store="Soho",
        channel="web",
        served_by="Bo",
        shipping=0,
        tax=20,
        discounts=(("ABC", 100), ("B", 0)),
        categories={"tea": "Tea", "pöt": "Pots"},
        brands={"pöt": "Crane"},
        costs={"tea": 0},
        as_of=datetime(2026, 3, 2, 10, tzinfo=UTC),
    )
    plain = order("2", categories={"tea": "Tea"}, costs={"pöt": 7})

    assert create(orders, said, plain) == {"1": "created", "2": "created"}

    assert orders.get("1") == said
    assert orders.get_many(["2", "1", "none"]) == {"1": said, "2": plain}
    assert orders.header("ann", "1") == replace(header_of(said), revision=1)
    assert orders.get("none") is None
    assert orders.header("ann", "none") is None


def test_headers_of_a_customer_come_in_order_of_id_and_no_others(orders):
    create(orders, order("10"), order("2"), order("3", "bob"), order("1", "ann2"))

    assert [header.order_id for header in orders.headers("ann")] == ["10", "2"]
    assert orders.headers("nobody") == []
    wanted = [("ann", "10"), ("bob", "3"), ("bob", "10")]
    assert list(orders.headers_many(wanted)) == [("ann", "10"), ("bob", "3")]


def test_creating_again_changes_nothing(orders):
    create(orders, order())

    assert create(orders, order(price=1), order("2")) == {"1": "exists", "2": "created"}

    assert orders.get("1") == order()
    assert orders.header("ann", "1") == replace(header_of(order()), revision=1)


def test_an_id_that_another_customer_holds_is_foreign_and_nothing_is_written(orders):
    create(orders, order())

    assert create(orders, order(customer_id="bob")) == {"1": "foreign"}

    assert orders.get("1") == order()
    assert orders.headers("bob") == []


def test_an_order_is_replaced_under_its_revision(orders):
    create(orders, order())
    changed = order(price=900)

    orders.replace(changed, header_of(changed, revision=1))

    assert orders.get("1") == changed
    assert orders.header("ann", "1") == replace(header_of(changed), revision=2)


@pytest.mark.parametrize("revision", [0, 2])
def test_a_replacement_under_another_revision_is_refused_and_nothing_is_written(orders, revision):
    create(orders, order())
    changed = order(price=900)

    with pytest.raises(StaleRevision, match="Order '1' was changed since it was read"):
        orders.replace(changed, header_of(changed, revision))

    assert orders.get("1") == order()
    assert orders.header("ann", "1") == replace(header_of(order()), revision=1)


def test_more_orders_than_one_request_takes(orders):
    many = [order(f"{n:03}", f"c{n % 7}") for n in range(120)]

    assert set(create(orders, *many).values()) == {"created"}

    assert orders.get_many([each.order_id for each in many]) == {each.order_id: each for each in many}
    assert sum(len(orders.headers(f"c{n}")) for n in range(7)) == 120


def test_an_order_whose_writer_died_after_the_lines_is_completed(table):
    """A2: killed between the two writes; the order that comes again may have changed."""
    create(table, order())
    header = {"pk": {"S": "C#ann"}, "sk": {"S": "O#1"}}
    table._client.delete_item(TableName=table._table, Key=header)

    assert create(table, order(price=900)) == {"1": "created"}

    assert table.get("1") == order(price=900)
    assert table.header("ann", "1") == replace(header_of(order(price=900)), revision=1)


def test_the_largest_order_fits_into_one_item(table):
    sku = "ü" * 100
    lines = (OrderLine(sku=sku, quantity=-1_000_000, unit_price=10**12),) * (MAX_LINES_BYTES // (200 + 45))
    largest = order(lines=lines, categories={sku: "T" * 200}, brands={sku: "B" * 200}, costs={sku: 10**12})

    create(table, largest)

    [item] = [item for item in table._client.scan(TableName=table._table)["Items"] if item["sk"]["S"] == "LINES"]
    assert sum(len(str(value)) for value in item["lines"].values()) < 400_000
    assert len(item["lines"]["S"].encode()) < 380_000
    assert table.get("1") == largest


def test_of_many_writers_of_one_order_one_creates_it(table):
    """A1: the same order at once, whole or as another customer's."""
    with ThreadPoolExecutor(8) as pool:
        rivals = [order(price=n) if n % 2 else order(customer_id=f"c{n}") for n in range(16)]
        answers = [answer["1"] for answer in pool.map(lambda each: create(table, each), rivals)]

    stored = table.get("1")
    assert stored is not None
    [header] = table.headers(stored.customer_id)
    assert answers.count("created") == 1
    assert header == replace(header_of(stored), revision=1)
    assert len(table._client.scan(TableName=table._table)["Items"]) == 2


def test_what_was_told_of_an_order_is_kept_under_its_revision_also_without_the_order(orders):
    """E11."""
    at = datetime(2026, 3, 1, 9, 0, 0, 250, tzinfo=UTC)
    refund = Refund(refund_id="r", at=at, units={"tea": 2})
    told = OrderChanges(order_id="1", cancelled_at=at, statuses={"paid": at}, refunds={"r": refund})

    assert orders.put_changes(told) == replace(told, revision=1)
    assert orders.changes(["1", "2"]) == {"1": replace(told, revision=1)}
    with pytest.raises(StaleRevision):
        orders.put_changes(told)
    assert orders.put_changes(OrderChanges(order_id="2")).revision == 1
    assert orders.changes(["2"]) == {"2": OrderChanges(order_id="2", revision=1)}
    assert orders.get("1") is None


def test_an_order_keeps_how_far_it_is_and_what_was_refunded(orders):
    refund = Refund(refund_id="r", at=datetime(2026, 3, 2, tzinfo=UTC), amount=5)
    changed = replace(order(), fulfilment="shipped", refunds=(refund,))
    create(orders, changed)

    assert orders.get("1") == changed
    header = orders.header("ann", "1")
    assert header is not None
    assert header.takes_back is True


def test_an_order_is_moved_to_another_customer_with_its_header(orders):
    create(orders, order(), order("2"))
    header = orders.header("ann", "1")

    orders.move(header, "erased-1")

    assert orders.get("1") == replace(order(), customer_id="erased-1")
    assert [one.order_id for one in orders.headers("ann")] == ["2"]
    assert [(one.order_id, one.total) for one in orders.headers("erased-1")] == [("1", header.total)]
    with pytest.raises(StaleRevision):
        orders.move(header, "erased-2")
    with pytest.raises(StaleRevision):
        orders.move(replace(orders.header("ann", "2"), revision=7), "erased-1")
    assert orders.get("2").customer_id == "ann"
    assert create(orders, order()) == {"1": "foreign"}
