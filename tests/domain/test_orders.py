"""What a header says of its order."""

from datetime import UTC, datetime

from chalicelib.domain.orders import Order, OrderLine, header_of


def test_a_header_names_what_was_bought_each_once_and_not_what_came_back():
    lines = (("tea", 1), ("pot", 2), ("cup", -1), ("tea", 3), ("jug", -1), ("jug", 1))
    order = Order(
        order_id="1",
        customer_id="ann",
        placed_at=datetime(2026, 1, 1, tzinfo=UTC),
        currency="GBP",
        lines=tuple(OrderLine(sku=sku, quantity=quantity, unit_price=100) for sku, quantity in lines),
        categories={"tea": "Teas", "cup": "Cups"},
    )

    header = header_of(order)

    assert header.skus == ("jug", "pot", "tea")
    assert header.takes_back is True
    assert (header.total, header.categories) == (500, {"Teas": 400, "Cups": -100})
