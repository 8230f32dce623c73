"""How answers are printed for people."""

from chalicelib.cli.output import pairs, table


def test_columns_are_as_wide_as_their_widest_cell_and_numbers_stand_right():
    assert table([("regulars", 7), ("lapsing", 110)]) == "regulars    7\nlapsing   110"
    assert table([]) == ""


def test_one_field_stands_on_a_line_and_what_is_empty_is_left_out():
    content = {
        "name": "spring",
        "stopped": False,
        "sent": 0,
        "skipped": {"no_consent": 2, "too_late": 1},
        "segments": ["a", "b"],
        "lines": [{"sku": "tea", "discount": {"amount": 255, "currency": "GBP"}}, {"sku": "cup", "discount": None}],
        "offer": None,
        "exclude": [],
    }

    assert pairs(content).splitlines() == [
        "name      spring",
        "stopped   no",
        "sent      0",
        "skipped   no_consent 2, too_late 1",
        "segments  a, b",
        "lines     sku tea, discount 2.55 GBP; sku cup",
    ]


def test_money_has_the_digits_of_its_currency():
    assert pairs({"a": {"amount": 1250, "currency": "JPY"}}) == "a  1250 JPY"
    assert pairs({"a": {"amount": 1250, "currency": "KWD"}}) == "a  1.250 KWD"
    assert pairs({"a": {"amount": -5, "currency": "EUR"}}) == "a  -0.05 EUR"
