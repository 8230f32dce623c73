"""The lines of the analyses as settings of the shop: what is left out stands at its default, nonsense is refused."""

import pytest

from chalicelib.domain.thresholds import Thresholds, thresholds_from_fields, thresholds_to_fields


def test_what_is_not_named_stands_at_its_default():
    assert thresholds_from_fields({}) == Thresholds(a=80, b=95, x=0.5, y=1, active_months=3)
    assert thresholds_from_fields({"a": 70, "active_months": 12, "x": None}) == Thresholds(a=70, active_months=12)


def test_it_comes_back_as_it_was_written():
    said = Thresholds(a=60, b=90, x=0.25, y=0.75, active_months=6)

    assert thresholds_from_fields(thresholds_to_fields(said)) == said


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"a": 0}, "a must be a number above 0 and below 100"),
        ({"b": 100}, "b must be a number above 0 and below 100"),
        ({"x": "0.5"}, "x must be a number above 0 and below 10"),
        ({"y": True}, "y must be a number"),
        ({"y": float("nan")}, "y must be a number"),
        ({"a": 95}, "a must lie below b, got 95 and 95"),
        ({"x": 1}, "x must lie below y, got 1 and 1"),
        ({"active_months": 13}, "active_months must be whole months from 1 to 12"),
        ({"active_months": 1.0}, "active_months must be whole months from 1 to 12"),
        ({"z": 1}, "has a, b, x, y, active_months, not 'z'"),
    ],
)
def test_nonsense_is_refused_by_its_name(fields, message):
    with pytest.raises(ValueError, match=message):
        thresholds_from_fields(fields)


def test_it_must_be_an_object():
    with pytest.raises(TypeError, match="must be an object with a, b, x, y, active_months"):
        thresholds_from_fields([80])
