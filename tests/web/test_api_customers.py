from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.mailboxes import Consent
from chalicelib.services.place_order import place_order
from chalicelib.services.refresh_statistics import refresh_statistics

ANN = {
    "email": "Ann@Example.com",
    "first_name": "Ann",
    "birthday": "1990-02-28",
    "interests": ["tea"],
    "attributes": {"size": 42},
    "consent": {"status": "granted", "at": "2026-01-01T10:00:00+01:00", "source": "shop"},
}


def test_a_customer_is_answered_with_consent_statistics_and_segments(v1, app):
    v1.put("/customers/ann", ANN)
    line = {"sku": "t1", "quantity": 2, "unit_price": 500}
    for number, day in enumerate(("2026-10-01", "2026-11-01")):
        order = {"order_id": f"o{number}", "customer_id": "ann", "placed_at": f"{day}T09:00:00Z", "lines": [line]}
        place_order(app, order)
    refresh_statistics(app, "ann")
    found = v1.get("/customers/ann").json_body

    assert found["email"] == "ann@example.com"
    assert found["birthday"] == "1990-02-28"
    assert found["attributes"] == {"size": 42}
    assert found["consent"] == {
        "status": "granted",
        "basis": "opt_in",
        "at": "2026-01-01T09:00:00Z",
        "source": "shop",
        "text": "",
        "expires_at": None,
        "topics": {},
        "tracking": "none",
    }
    assert found["stats"] == {
        "orders": 2,
        "spent": {"amount": 2000, "currency": "GBP"},
        "first_order_at": "2026-10-01T09:00:00Z",
        "last_order_at": "2026-11-01T09:00:00Z",
        "mean_gap_days": 31.0,
        "top_categories": [],
        "other_currencies": {},
    }
    assert found["stage"] == "client"


def test_put_merges_the_named_fields_and_null_clears_one(v1):
    v1.put("/customers/ann", ANN)
    changed = v1.put("/customers/ann", {"last_name": "Lee", "birthday": None}).json_body

    assert (changed["first_name"], changed["last_name"], changed["birthday"]) == ("Ann", "Lee", None)


def test_an_id_may_hold_any_printable_sign(v1):
    assert v1.put("/customers/shop%2F7%20%C3%A9", {}).json_body["id"] == "shop/7 é"
    assert v1.get("/customers/shop%2F7%20%C3%A9").status_code == 200


def test_customers_are_found_by_address_whatever_its_case(v1):
    v1.put("/customers/ann", ANN)
    v1.put("/customers/ann2", {"email": "ann@example.com"})
    found = v1.get("/customers?email=ANN%40example.com").json_body["customers"]

    assert [customer["id"] for customer in found] == ["ann", "ann2"]
    assert v1.get("/customers?email=bob%40example.com").json_body == {"customers": []}


@pytest.mark.parametrize(
    ("path", "status"), [("/customers", 400), ("/customers?email=", 400), ("/customers?email=x", 422)]
)
def test_a_search_without_an_address_is_refused(v1, path, status):
    assert v1.get(path).status_code == status


def test_an_unknown_customer_is_named(v1):
    answer = v1.get("/customers/nobody")

    assert answer.status_code == 404
    assert answer.json_body["error"]["message"] == (
        "There is no customer 'nobody'. Check the spelling, or create it first."
    )
    assert v1.get("/customers/nobody/timeline").status_code == 404


@pytest.mark.parametrize(
    ("body", "where"),
    [({"email": "a@b, c@d"}, "email"), ({"birthday": "1900-01-01"}, "birthday"), ({"nick": "x"}, "nick")],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(v1, body, where):
    """C10, B3."""
    answer = v1.put("/customers/ann", body)

    assert answer.status_code == 422
    assert [detail["where"] for detail in answer.json_body["error"]["details"]] == [where]
    assert v1.get("/customers/ann").status_code == 404


def test_a_new_timeline_is_empty(v1):
    v1.put("/customers/ann", ANN)

    assert v1.get("/customers/ann/timeline").json_body == {"items": [], "next": None}
    assert v1.get("/customers/ann/timeline?limit=0").status_code == 400


def test_an_erased_customer_is_gone_and_a_second_time_not_found(v1, app):
    v1.put("/customers/ann", {"email": "ann@example.com", "first_name": "Ann"})

    first, again = v1.call("DELETE", "/customers/ann"), v1.call("DELETE", "/customers/ann")

    assert (first.status_code, first.json_body) == (200, {"status": "erased"})
    assert again.status_code == 404
    assert v1.get("/customers/ann").status_code == 404
    assert v1.get("/customers?email=ann@example.com").json_body == {"customers": []}
    assert app.mailboxes.get(app.keyed.mailbox("ann@example.com")).suppression.reason == "erased"


def test_an_export_tells_everything_about_one_person(v1):
    v1.put("/customers/ann", {"email": "ann@example.com", "first_name": "Ann"})
    v1.put("/customers/bob", {"email": "bob@example.com"})
    lines = [{"sku": "tea", "quantity": 1, "unit_price": 500}]
    for number, name in enumerate(("ann", "bob")):
        placed = {"order_id": f"o{number}", "customer_id": name, "placed_at": "2026-11-01T09:00:00Z", "lines": lines}
        v1.post("/orders", placed)
    v1.post("/events", {"event_id": "e1", "customer_id": "ann", "name": "asked", "at": "2026-11-01T09:00:00Z"})

    found = v1.get("/customers/ann/export").json_body

    assert found["customer"]["first_name"] == "Ann"
    assert [order["order_id"] for order in found["orders"]] == ["o0"]
    assert [event["event_id"] for event in found["events"]] == ["e1"]
    assert "bob" not in str(found)
    assert v1.get("/customers/nobody/export").status_code == 404


def test_what_the_person_said_is_shown_and_may_be_sent_back(app, v1):
    """`origin` and `paused_until` are the person's own: a PUT of what a GET gave changes nothing."""
    v1.put("/customers/ann", {"email": "ann@example.com"})
    hash_ = app.keyed.mailbox("ann@example.com")
    consent = Consent(status="granted", at=app.clock.now(), origin="203.0.113.9", by_person=True)
    box = replace(app.mailboxes.get(hash_), consent=consent, paused_until=app.clock.now() + timedelta(days=30))
    box = app.mailboxes.put(box)

    shown = v1.get("/customers/ann").json_body["consent"]
    assert (shown["origin"], shown["paused_until"]) == ("203.0.113.9", "2026-12-22T12:00:00Z")
    assert v1.put("/customers/ann", {"consent": shown}).status_code == 200
    assert app.mailboxes.get(hash_) == box
