"""What becomes minor units and what is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.money import CURRENCY_DIGITS, MAX_AMOUNT, Money, minor_units, require_currency, require_money
from chalicelib.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("2.55", "GBP", 255),
        ("2.5", "GBP", 250),
        ("2", "GBP", 200),
        ("0.01", "GBP", 1),
        ("-2.55", "GBP", -255),
        ("+2.55", "GBP", 255),
        ("2.5500", "GBP", 255),
        (" 13541.33 ", "GBP", 1354133),
        ("1.15", "GBP", 115),
        ("300", "JPY", 300),
        ("300.0", "JPY", 300),
        ("0.125", "KWD", 125),
        ("10000000000", "GBP", MAX_AMOUNT),
    ],
)
def test_a_decimal_in_major_units_becomes_exact_minor_units(text, currency, amount):
    assert minor_units(text, currency) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "NaN",
        "inf",
        "-Infinity",
        "1e3",
        "2,55",
        "1,000.00",
        "1_000",
        "£2",
        ".5",
        "5.",
        "--1",
        "2.5 5",
        "٢.٥",
        "0x1",
    ],
)
def test_what_is_no_plain_decimal_is_refused(text):
    with pytest.raises(InvalidInput, match=r"is no amount; write digits with a decimal point, such as 2\.55"):
        minor_units(text, "GBP")


@pytest.mark.parametrize(("text", "currency"), [("0.001", "GBP"), ("2.555", "GBP"), ("300.5", "JPY")])
def test_a_part_of_a_minor_unit_is_refused(text, currency):
    with pytest.raises(InvalidInput, match=f"{currency} is not a whole number of minor units"):
        minor_units(text, currency)


@pytest.mark.parametrize("text", ["10000000000.01", "99999999999999999999"])
def test_an_amount_beyond_the_limit_is_refused(text):
    with pytest.raises(InvalidInput, match="over the limit of 1000000000000 minor units"):
        minor_units(text, "GBP")


def test_an_amount_of_39_digits_is_refused_without_being_shown_whole():
    with pytest.raises(InvalidInput) as refused:
        minor_units("9" * 39, "GBP")

    assert len(refused.value.message) < 120


@given(amount=st.integers(-MAX_AMOUNT, MAX_AMOUNT), currency=st.sampled_from(sorted(CURRENCY_DIGITS)))
def test_minor_units_read_back_what_a_decimal_wrote(amount, currency):
    text = format(Decimal(amount).scaleb(-CURRENCY_DIGITS[currency]), "f")

    assert minor_units(text, currency) == amount


def test_money_of_the_api_is_an_integer_or_an_object():
    assert require_money(1250, "GBP") == Money(amount=1250, currency="GBP")
    assert require_money({"amount": 1250}, "GBP") == Money(amount=1250, currency="GBP")
    assert require_money({"amount": 1250, "currency": "EUR"}, "GBP") == Money(amount=1250, currency="EUR")
    assert Money(amount=1250, currency="EUR").to_fields() == {"amount": 1250, "currency": "EUR"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (12.5, "give whole minor units"),
        (True, "give whole minor units"),
        ("1250", "give whole minor units"),
        (None, "give whole minor units"),
        (float("nan"), "give whole minor units"),
        ({"amount": 1.5}, "give whole minor units"),
        ({"amount": 1, "unit": "pence"}, "money has amount and currency, not 'unit'"),
        ({"amount": 1, "currency": "XXX"}, "no currency known here"),
        (10**13, "over the limit"),
    ],
)
def test_other_money_is_refused_with_the_reason(value, reason):
    with pytest.raises(InvalidInput, match=reason):
        require_money(value, "GBP")


def test_a_currency_is_read_in_any_case():
    assert require_currency(" gbp ") == "GBP"
    with pytest.raises(InvalidInput, match="use an ISO 4217 code"):
        require_currency("POUND")
