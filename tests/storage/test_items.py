"""Plain values and attribute values, there and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.storage.items import pack, pack_value, unpack, unpack_value

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**37), 10**37)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_every_json_value_comes_back_equal(value):
    assert unpack_value(pack_value(value)) == value


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        (7, {"N": "7"}),
        (True, {"BOOL": True}),
        (0.1, {"N": "0.1"}),
        (1e-7, {"N": "1e-07"}),
        ("é", {"S": "é"}),
        (None, {"NULL": True}),
        (b"\x00", {"B": b"\x00"}),
        ((1, "a"), {"L": [{"N": "1"}, {"S": "a"}]}),
        (frozenset({"b", "a"}), {"SS": ["a", "b"]}),
        ({"a": {"b": 1}}, {"M": {"a": {"M": {"b": {"N": "1"}}}}}),
    ],
)
def test_each_type_has_its_attribute(value, attribute):
    assert pack_value(value) == attribute


def test_numbers_keep_their_kind_where_dynamodb_tells():
    assert type(unpack_value({"N": "3"})) is int
    assert type(unpack_value({"N": "3.5"})) is float
    assert type(unpack_value({"N": "1E+2"})) is float


def test_an_item_leaves_out_what_is_none():
    assert pack({"a": None, "b": 0}) == {"b": {"N": "0"}}
    assert unpack({"b": {"N": "0"}}) == {"b": 0}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="cannot be stored"):
        pack_value(value)


def test_another_type_is_refused():
    with pytest.raises(TypeError, match="no attribute holds a complex"):
        pack_value({"a": 1j})
