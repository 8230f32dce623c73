"""The analyses over HTTP; every answer is checked against its schema (tests/web/conftest.py)."""

import pytest

from chalicelib.domain.reports import REPORTS
from chalicelib.services import show_report as module
from chalicelib.services.start_measuring import start_measuring
from tests.services.measuring import fill_with_buyers, work_off_scans


@pytest.fixture(autouse=True)
def _buyers(app):
    fill_with_buyers(app)


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_is_told(v1, name):
    answer = v1.get(f"/reports/{name}")

    assert answer.status_code == 200
    assert (answer.json_body["report"], answer.json_body["customers"]) == (name, 12)
    assert v1.get(f"/reports/{name}?segment=regulars").json_body["segment"] == "regulars"


def test_an_unknown_segment_is_refused(v1):
    answer = v1.get("/reports/ltv?segment=nope")

    assert (answer.status_code, answer.json_body["error"]["code"]) == (404, "not_found")


def test_a_large_shop_that_was_not_measured_yet_says_so(v1, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 3)

    answer = v1.get("/reports/ltv")

    assert (answer.status_code, answer.json_body["error"]["code"]) == (409, "not_measured")


def test_a_customer_is_told_with_the_analyses(v1, app):
    v1.put("/customers/c12", {"attributes": {"share_of_wallet": 40}})
    start_measuring(app)
    work_off_scans(app)

    found = v1.get("/customers/c12").json_body["analyses"]

    assert found == {
        "rfm": "154",
        "abc": "A",
        "xyz": "X",
        "ltv": {"amount": 8400, "currency": "GBP"},
        "gross_profit": {"amount": 8400, "currency": "GBP"},
        "expected_next_order_at": "2026-11-06T12:00:00Z",
        "lapsing_score": 40.0,
        "opportunity": "high",
        "opportunity_because": ["says that only 40 % of such purchases are made here"],
        "share_of_wallet": 40,
        "top_brands": ["Crane", "Kyoto Leaf"],
    }


def test_who_never_bought_has_nulls(v1):
    """F12."""
    v1.put("/customers/nobody", {})

    found = v1.get("/customers/nobody").json_body["analyses"]

    assert {name: value for name, value in found.items() if value not in (None, [])} == {}


def test_the_lines_are_settings_of_the_shop(v1):
    answer = v1.put("/shop", {"analyses": {"a": 70, "active_months": 6}})

    assert answer.json_body["analyses"] == {"a": 70, "b": 95, "x": 0.5, "y": 1, "active_months": 6}
    refused = v1.put("/shop", {"analyses": {"a": 96}})
    assert refused.status_code == 422
    assert "a must lie below b" in refused.json_body["error"]["message"]
    assert v1.get("/shop").json_body["analyses"]["a"] == 70
    assert v1.put("/shop", {"analyses": None}).json_body["analyses"]["a"] == 80
