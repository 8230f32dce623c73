from typing import Any

import pytest
from chalice.app import Request
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import MalformedRequest, TooLarge, UnsupportedType
from chalicelib.web.answers import json_text
from chalicelib.web.bodies import (
    MAX_JSON,
    content_type,
    flag_field,
    object_field,
    optional_text,
    pick,
    query_limit,
    query_text,
    read_object,
    read_text,
    text_field,
)


def asked(body: Any = None, content: str | None = "application/json", query: dict[str, list[str]] | None = None):
    return Request(
        {
            "multiValueQueryStringParameters": query,
            "headers": {"content-type": content} if content else {},
            "pathParameters": None,
            "requestContext": {"httpMethod": "PUT", "resourcePath": "/v1/x"},
            "body": body,
            "stageVariables": None,
        }
    )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"a": NaN}', "holds NaN"),
        (b'{"a": Infinity}', "holds Infinity"),
        (b'{"a": -Infinity}', "holds -Infinity"),
        (b'{"a": 1e999}', "number 1e999 is too large"),
        (b'{"a": 100000000000000000000000000000000000000}', "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too long to read"),
        (b'{"a": 1, "a": 2}', "key 'a' comes twice"),
        (b'{"a": {"b": 1, "c": 2, "b": 3}}', "key 'b' comes twice"),
        (b'{"a": ' + b"[" * 32 + b"]" * 32 + b"}", "more than 32 levels"),
        (b"[" * 200_000, "more than 32 levels"),
        (b'{"a":' * 200_000, "more than 32 levels"),
        (b'{"a": "\\ud800"}', "half a surrogate pair"),
        (b'{"\\udfff": 1}', "half a surrogate pair"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[1]", "must be a JSON object, got a list"),
        (b'"x"', "must be a JSON object, got text"),
        (b"null", "must be a JSON object, got nothing"),
        (b'{"a": 1', "not JSON: .* at line 1, column 8"),
        (b'{"a": 1} x', "not JSON"),
        (b"{'a': 1}", "not JSON"),
    ],
)
def test_json_that_is_not_plain_is_refused_with_the_reason(body, why):
    """F5."""
    with pytest.raises(MalformedRequest, match=why):
        read_object(asked(body))


def test_nesting_up_to_the_limit_is_read():
    assert read_object(asked(b'{"a": ' + b"[" * 31 + b"]" * 31 + b"}"))


@pytest.mark.parametrize("body", [None, b"", "", b"  \n"])
def test_an_empty_body_is_an_empty_object(body):
    assert read_object(asked(body)) == {}


def test_a_body_over_the_limit_names_both_sizes():
    with pytest.raises(TooLarge, match=r"1,048,577 bytes, the limit here is 1,048,576"):
        read_object(asked(b" " * (MAX_JSON + 1)))


def test_another_content_type_is_refused_and_none_is_taken_as_json():
    with pytest.raises(UnsupportedType, match="'text/csv'. Send application/json"):
        read_object(asked(b"{}", "text/csv"))

    assert read_object(asked(b'{"a":1}', None)) == {"a": 1}
    assert read_object(asked(b'{"a":1}', "Application/JSON; charset=utf-8")) == {"a": 1}
    assert content_type(asked(b"", "TEXT/HTML;charset=x")) == "text/html"


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(value=st.dictionaries(st.text(max_size=4), plain, max_size=4))
def test_what_we_write_is_read_back_the_same(value):
    assert read_object(asked(json_text(value).encode())) == value


@given(body=st.binary(max_size=60))
def test_no_bytes_do_more_than_be_refused(body):
    try:
        value = read_object(asked(body))
    except MalformedRequest:
        return
    assert isinstance(value, dict)


def test_text_is_utf8_without_its_mark():
    assert read_text(asked("\ufeff<mjml/>".encode(), "application/xml"), ("application/xml",)) == "<mjml/>"
    with pytest.raises(MalformedRequest, match=r"not UTF-8 \(byte 2\)"):
        read_text(asked(b"ab\xff", "application/xml"), ("application/xml",))


@pytest.mark.parametrize("text", ["0", "-1", "1001", "ten", "1.0", "٣", "99999"])
def test_a_limit_out_of_bounds_is_refused(text):
    with pytest.raises(MalformedRequest, match="limit must be a number from 1 to 1000"):
        query_limit(asked(query={"limit": [text]}))


def test_query_parameters_are_read_once():
    assert query_limit(asked()) == 100
    assert query_limit(asked(query={"limit": ["7"]})) == 7
    assert query_text(asked(query={"a": [""]}), "a") is None
    assert query_text(asked(query={"a": ["x"]}), "b") is None
    with pytest.raises(MalformedRequest, match="a comes 2 times"):
        query_text(asked(query={"a": ["x", "y"]}), "a")


def test_unknown_fields_are_all_named():
    with pytest.raises(MalformedRequest, match="Unknown: b, c. This route reads a.") as caught:
        pick({"a": 1, "b": 2, "c": 3}, "a")

    assert [detail.where for detail in caught.value.details] == ["b", "c"]


def test_fields_have_their_types():
    assert text_field({"a": "x"}, "a") == "x"
    assert optional_text({"a": None}, "a") is None
    assert flag_field({}, "a") is False
    assert object_field({"a": None}, "a") == {}
    with pytest.raises(MalformedRequest, match="a must be text, got a number"):
        text_field({"a": 1}, "a")
    with pytest.raises(MalformedRequest, match="a must be true or false, got text"):
        flag_field({"a": "yes"}, "a")
    with pytest.raises(MalformedRequest, match="a must be an object, got a list"):
        object_field({"a": []}, "a")
