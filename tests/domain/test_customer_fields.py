"""How a PUT of a customer is read and merged."""

from datetime import date

import pytest

from chalicelib.domain.customer_fields import customer_from_fields, customer_id
from chalicelib.domain.customers import Customer, Statistics
from chalicelib.errors import InvalidInput

TODAY = date(2026, 3, 1)
ANN = Customer(
    id="c-1",
    email="ann@example.com",
    first_name="Ann",
    attributes={"size": "M", "visits": 3},
    stats=Statistics(orders=3),
    segments=("regulars",),
    revision=4,
)


def changed(fields, current=ANN):
    return customer_from_fields(current, fields, latest=TODAY)


def test_every_field_is_read():
    assert changed(
        {
            "email": " Ann@Example.com",
            "first_name": " Ann ",
            "last_name": "O'Hara",
            "locale": "en_gb",
            "time_zone": "Asia/Tokyo",
            "country": "GB",
            "region": "Avon",
            "home_store": "Bristol",
            "birthday": "1984-02-29",
            "joined_on": "2026-03-01",
            "interests": ["Tea", " Gear ", "Tea"],
            "attributes": {"vip": True, "score": 0.5},
            "consent": {"status": "granted"},
        },
        Customer(id="c-1"),
    ) == Customer(
        id="c-1",
        email="ann@example.com",
        first_name="Ann",
        last_name="O'Hara",
        locale="en-GB",
        time_zone="Asia/Tokyo",
        country="GB",
        region="Avon",
        home_store="Bristol",
        birthday=date(1984, 2, 29),
        joined_on=TODAY,
        interests=("Tea", "Gear"),
        attributes={"vip": True, "score": 0.5},
    )


def test_named_fields_change_and_the_rest_stays():
    after = changed({"last_name": "Lee", "attributes": {"size": "L", "visits": None, "vip": False}})

    assert after.last_name == "Lee"
    assert after.attributes == {"size": "L", "vip": False}
    assert (after.first_name, after.stats.orders, after.segments, after.revision) == ("Ann", 3, ("regulars",), 4)


def test_null_clears_a_field():
    after = changed({"email": None, "first_name": None, "attributes": None, "interests": None})

    assert (after.email, after.first_name, after.attributes, after.interests) == (None, None, {}, ())


def test_what_an_answer_adds_may_be_sent_back_and_changes_nothing():
    assert changed({"id": "other", "stats": {"orders": 99}, "stage": "loyal", "points": 7, "segments": []}) == ANN


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("colour", "red", "is no field of a customer; there are attributes, birthday, consent, country, email"),
        ("email", "a@b, c@d", "this is a list"),
        ("first_name", "Ann\r\nBcc: x", r"U+000D"),
        ("first_name", "x" * 101, "1 to 100 characters, got 101"),
        ("birthday", "1900-01-01", "stands for 'unknown'"),
        ("birthday", "2026-03-02", "lies in the future"),
        ("joined_on", "yesterday", "write YYYY-MM-DD"),
        ("time_zone", "London", "use an IANA name"),
        ("locale", 7, "is no locale"),
        ("interests", "x;" * 60, "a list of at most 50 texts"),
        ("interests", [7], "must be a text"),
        ("attributes", ["a"], "must be an object"),
    ],
)
def test_a_wrong_field_is_named_with_the_reason(field, value, reason):
    with pytest.raises(InvalidInput) as refused:
        changed({field: value})

    [detail] = refused.value.details
    assert detail.where == field
    assert reason in detail.message


@pytest.mark.parametrize("value", [[1], {"a": 1}, float("nan"), float("inf"), 10**16, "", "x" * 501, "a\nb"])
def test_a_wrong_attribute_is_named(value):
    with pytest.raises(InvalidInput) as refused:
        changed({"attributes": {"note": value}})

    assert [detail.where for detail in refused.value.details] == ["attributes.note"]


def test_there_are_fifty_attributes_at_most():
    with pytest.raises(InvalidInput) as refused:
        changed({"attributes": {f"a{n}": n for n in range(49)}})

    assert [detail.message for detail in refused.value.details] == ["there are 51, at most 50"]


def test_all_wrong_fields_are_named_at_once():
    with pytest.raises(InvalidInput) as refused:
        changed({"email": "x", "birthday": "x", "nme": "x", "last_name": "fine"})

    assert [detail.where for detail in refused.value.details] == ["email", "birthday", "nme"]


def test_an_id_is_a_short_text_without_line_ends():
    assert customer_id("17850") == "17850"
    for value in ["", "a\nb", "x" * 129, None]:
        with pytest.raises(InvalidInput):
            customer_id(value)
