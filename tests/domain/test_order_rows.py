"""How rows become orders: what is kept, what is refused, and with which sentence (D14)."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.order_fields import MAX_LINES_BYTES
from chalicelib.domain.order_rows import OrderRows
from chalicelib.domain.orders import Order, OrderLine, fingerprint
from chalicelib.errors import InvalidInput

LONDON = ZoneInfo("Europe/London")
ROW = {
    "order_id": "536365",
    "customer_id": "17850",
    "placed_at": "2010-12-01 08:26:00",
    "sku": "85123A",
    "quantity": "6",
    "unit_price": "2.55",
}


def read(*rows: dict[str, str]) -> OrderRows:
    found = OrderRows("GBP", LONDON)
    for number, row in enumerate(rows, start=2):
        found.add(number, row)
    return found


def test_the_rows_of_an_order_meet_wherever_they_stand():
    found = read(
        ROW | {"placed_at": "2011-07-01 08:27:00"},
        ROW | {"order_id": "536366"},
        ROW | {"placed_at": "2011-07-01 08:26:00", "sku": "71053", "quantity": "-1", "unit_price": "0"},
    )

    assert found.refused == []
    assert found.orders["536365"].finish() == Order(
        order_id="536365",
        customer_id="17850",
        placed_at=datetime(2011, 7, 1, 7, 26, tzinfo=UTC),  # the earliest; British summer time
        currency="GBP",
        lines=(
            OrderLine(sku="85123A", quantity=6, unit_price=255),
            OrderLine(sku="71053", quantity=-1, unit_price=0),
        ),
    )


def test_identical_lines_of_one_order_are_two_lines():
    [order] = read(ROW, ROW).orders.values()

    assert order.finish().lines == (OrderLine(sku="85123A", quantity=6, unit_price=255),) * 2


def test_optional_columns_are_kept_and_an_empty_cell_says_nothing():
    first = ROW | {"currency": "jpy", "unit_price": "255", "status": "cancelled", "store": "", "channel": "web"}
    [draft] = read(first, first | {"store": "Soho", "channel": "app", "voucher_code": "ABC"}).orders.values()
    order = draft.finish()

    assert (order.currency, order.status, order.lines[0].unit_price) == ("JPY", "cancelled", 255)
    assert (order.store, order.channel, order.voucher_code) == ("Soho", "web", "ABC")


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"customer_id": ""}, "customer_id", "is empty"),
        ({"sku": ""}, "sku", "is empty"),
        ({"sku": "a\x00b"}, "sku", "has a character that none may have here: U+0000"),
        ({"order_id": "x" * 201}, "order_id", "must have 1 to 200 characters, got 201"),
        ({"placed_at": "yesterday"}, "placed_at", "'yesterday' is no time; write it as 2026-12-31T18:00:00+01:00"),
        ({"placed_at": "2010-02-30 10:00"}, "placed_at", "'2010-02-30 10:00' is no time of the calendar"),
        ({"quantity": "0"}, "quantity", "'0' is no whole number other than 0, up to 1000000 either way"),
        ({"quantity": "1.5"}, "quantity", "'1.5' is no whole number other than 0, up to 1000000 either way"),
        ({"quantity": "NaN"}, "quantity", "'NaN' is no whole number other than 0, up to 1000000 either way"),
        ({"quantity": "9999999"}, "quantity", "'9999999' is no whole number other than 0, up to 1000000 either way"),
        ({"unit_price": "0.001"}, "unit_price", "'0.001' GBP is not a whole number of minor units; GBP has 2"),
        ({"unit_price": "2.555"}, "unit_price", "'2.555' GBP is not a whole number of minor units; GBP has 2"),
        ({"unit_price": "1e3"}, "unit_price", "'1e3' is no amount; write digits with a decimal point, such as 2.55"),
        ({"unit_price": "-1"}, "unit_price", "'-1' is below 0; goods that came back have a quantity below 0"),
        (
            {"currency": "XXX"},
            "currency",
            "'XXX' is no currency known here; use an ISO 4217 code such as GBP, EUR or USD",
        ),
        (
            {"status": "lost"},
            "status",
            "'lost' is no status; it must be one of "
            "placed, paid, packed, ready, shipped, delivered, cancelled, returned",
        ),
        ({"customer_id": "9"}, "customer_id", "'9', but line 2 says '17850' of the same order"),
        ({"currency": "EUR"}, "currency", "'EUR', but line 2 says 'GBP' of the same order"),
        ({"status": "cancelled"}, "status", "'cancelled', but line 2 says 'placed' of the same order"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_the_order_keeps_its_other_lines(change, field, reason):
    found = read(ROW, ROW | change)

    [refused] = found.refused
    assert (refused.line, refused.field, refused.reason) == (3, field, reason)
    [order] = found.orders.values()
    assert order.rows == [2]


@pytest.mark.parametrize("quantity", ["6", "+6", "6.0", "6.00"])
def test_a_whole_quantity_may_be_written_as_spreadsheets_write_it(quantity):
    [order] = read(ROW | {"quantity": quantity}).orders.values()

    assert order.lines[0].quantity == 6


def test_an_order_of_which_every_row_is_refused_is_no_order():
    found = read(ROW | {"quantity": "0"}, ROW | {"customer_id": ""})

    assert found.orders == {}
    assert [row.line for row in found.refused] == [2, 3]


def test_an_order_that_would_not_fit_into_one_item_is_refused():
    rows = MAX_LINES_BYTES // (len("85123A") + 45)
    [fits] = read(*[ROW] * rows).orders.values()
    [too_large] = read(*[ROW] * (rows + 1)).orders.values()

    assert len(fits.finish().lines) == rows
    with pytest.raises(InvalidInput, match="split it into several orders"):
        too_large.finish()


texts = st.text(st.sampled_from("ab1€"), min_size=1, max_size=3)
rows = st.lists(
    st.fixed_dictionaries(
        {"sku": texts, "quantity": st.integers(1, 9).map(str), "placed_at": st.just("2020-01-01 10:00")}
    ),
    min_size=1,
    max_size=6,
)


@given(rows=rows, data=st.data())
def test_the_sequence_of_rows_does_not_change_what_an_order_says(rows, data):
    [one] = read(*(ROW | row for row in rows)).orders.values()
    [other] = read(*(ROW | row for row in data.draw(st.permutations(rows)))).orders.values()

    assert fingerprint(one.finish()) == fingerprint(other.finish())


@pytest.mark.parametrize(
    "change",
    [
        {"status": "cancelled"},
        {"currency": "EUR"},
        {"placed_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"customer_id": "other"},
        {"voucher_code": "X"},
        {"shipping": 1},
        {"lines": ()},
    ],
)
def test_whatever_the_shop_changes_changes_the_fingerprint(change):
    [draft] = read(ROW).orders.values()
    order = draft.finish()

    assert fingerprint(replace(order, **change)) != fingerprint(order)
    assert fingerprint(replace(order, categories={"85123A": "Gifts"})) == fingerprint(order)
