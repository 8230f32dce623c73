import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.deliveries import address, even_lines, locale, money, needed, objects, text_id, tidy
from chalicelib.errors import InvalidInput


@given(quantity=st.integers(1, 10**6), worth=st.integers(0, 10**12))
def test_split_lines_are_worth_exactly_what_they_were_together(quantity, worth):
    lines = even_lines("x", quantity, worth)

    assert sum(line["quantity"] for line in lines) == quantity
    assert sum(line["quantity"] * line["unit_price"] for line in lines) == worth
    assert len(lines) <= 2
    assert all(line["quantity"] > 0 for line in lines)


@pytest.mark.parametrize(
    ("quantity", "worth", "expected"), [(2, 600, [(2, 300)]), (3, 1000, [(2, 333), (1, 334)]), (1, 0, [(1, 0)])]
)
def test_a_worth_that_does_not_divide_becomes_two_prices(quantity, worth, expected):
    lines = even_lines("x", quantity, worth)

    assert [(line["quantity"], line["unit_price"]) for line in lines] == expected


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [("19.99", "GBP", 1999), (19.99, "GBP", 1999), (7, "JPY", 7), ("0.00", "EUR", 0), ("", "EUR", None)],
)
def test_money_is_exact(value, currency, expected):
    assert money(value, currency, "price") == expected


@pytest.mark.parametrize("value", ["2.555", "1e5", "free", True, [1]])
def test_money_that_is_none_names_its_place(value):
    with pytest.raises(InvalidInput) as caught:
        money(value, "GBP", "line_items[0].price")

    assert caught.value.details[0].where == "line_items[0].price"


def test_names_are_made_fit_and_what_is_no_name_is_left_out():
    """C10."""
    assert tidy("  Ann\r\nBcc: x \u2028", 100) == "AnnBcc: x"
    assert tidy("x" * 200, 100) == "x" * 100
    assert [tidy(value, 10) for value in ("", "\n", None, 5)] == [None] * 4


def test_an_address_or_a_locale_that_is_none_is_left_out():
    assert address(" Ann@EXAMPLE.com ") == "ann@example.com"
    assert [address(value) for value in ("a@b, c@d", None, 5)] == [None] * 3
    assert (locale("en_gb"), locale("klingon!"), locale(None)) == ("en-GB", None, None)


def test_what_is_missing_or_of_a_wrong_shape_is_named():
    assert text_id(820982911946154508, "id") == "820982911946154508"
    for call in (
        lambda: needed({"id": ""}, "id"),
        lambda: text_id(True, "id"),
        lambda: text_id({}, "id"),
        lambda: objects("no list", "id"),
        lambda: objects([1], "id"),
    ):
        with pytest.raises(InvalidInput) as caught:
            call()
        assert caught.value.details[0].where == "id"
    assert objects(None, "id") == []
