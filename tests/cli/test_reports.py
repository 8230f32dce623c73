"""`habitue report`: tables for people, the API's answer for programs."""

import json

import pytest

from chalicelib.domain.reports import REPORTS
from chalicelib.services.place_order import place_order
from chalicelib.services.put_product import put_product
from chalicelib.services.refresh_statistics import refresh_statistics


def fill(app):
    put_product(app, "tea", {"name": "Tea", "cost": 300})
    for name, days in (("ann", ["2026-09-02", "2026-10-02"]), ("bob", ["2026-10-03"])):
        for day in days:
            lines = [{"sku": "tea", "quantity": 2, "unit_price": 500}]
            fields = {"order_id": f"{name}-{day}", "customer_id": name, "placed_at": f"{day}T10:00:00Z"}
            place_order(app, {**fields, "lines": lines})
        refresh_statistics(app, name)


def lines(habitue, *arguments):
    ran = habitue("report", *arguments)
    assert (ran.code, ran.err) == (0, "")
    return [line.split() for line in ran.out.splitlines()]


FOOT = ["all", "customers:", "2,", "measured", "at", "2026-11-22T12:00:00Z"]


def test_the_lifetime_value_with_its_factors(habitue):
    fill(habitue.server.app)

    assert lines(habitue, "ltv") == [
        ["lifetime", "value", "6.00", "GBP"],
        ["S", "mean", "receipt", "10.00", "GBP"],
        ["C", "purchases", "a", "month", "1.0"],
        ["P", "profit", "share", "0.4"],
        ["T", "active", "months", "1.5"],
        ["buyers", "2"],
        ["known", "cost,", "share", "1.0"],
        [],
        FOOT,
    ]


def test_retention_month_by_month(habitue):
    fill(habitue.server.app)

    assert lines(habitue, "retention") == [
        ["month", "start", "end", "gained", "first", "crr"],
        ["2026-09", "0", "1", "1", "1", "-"],
        ["2026-10", "1", "2", "1", "1", "100.0"],
        [],
        FOOT,
    ]


def test_abcxyz_and_rfm_and_stages(habitue):
    fill(habitue.server.app)

    assert ["A", "-", "2", "30.00", "GBP", "100.0"] in lines(habitue, "abcxyz")
    assert lines(habitue, "rfm")[1] == ["311", "1", "10.00", "GBP"]
    assert lines(habitue, "stages")[:4] == [
        ["stage", "customers", "percent", "spent"],
        ["prospect", "0", "0.0", "0.00", "GBP"],
        ["buyer", "1", "50.0", "10.00", "GBP"],
        ["client", "1", "50.0", "20.00", "GBP"],
    ]


@pytest.mark.parametrize("name", REPORTS)
def test_programs_get_the_answer_of_the_api(habitue, name):
    fill(habitue.server.app)

    found = json.loads(habitue("report", name, "--segment", "regulars", "--json").out)

    assert (found["report"], found["segment"], found["customers"]) == (name, "regulars", 0)


def test_an_unknown_segment_is_refused(habitue):
    ran = habitue("report", "ltv", "--segment", "nope")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "habitue: There is no segment 'nope'. Check the spelling, or create it first.\n"


def test_an_empty_shop_shows_dashes_not_numbers(habitue):
    """F12."""
    assert lines(habitue, "ltv")[0] == ["lifetime", "value", "-"]
