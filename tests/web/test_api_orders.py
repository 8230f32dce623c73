ORDER = {
    "order_id": "o1",
    "customer_id": "ann",
    "placed_at": "2026-11-01T09:00:00+01:00",
    "currency": "GBP",
    "lines": [{"sku": "t1", "quantity": 2, "unit_price": 500}],
}


def test_a_new_order_is_201_and_the_same_again_200_unchanged(v1):
    first, again = v1.post("/orders", ORDER), v1.post("/orders", ORDER)

    assert (first.status_code, first.json_body["result"]) == (201, "created")
    assert (again.status_code, again.json_body["result"]) == (200, "unchanged")
    assert first.json_body["placed_at"] == "2026-11-01T08:00:00Z"
    assert first.json_body["total"] == {"amount": 1000, "currency": "GBP"}


def test_an_order_of_an_unknown_customer_creates_one_without_an_address(v1):
    v1.post("/orders", ORDER)

    assert v1.get("/customers/ann").json_body["email"] is None


def test_an_order_that_cannot_be_read_names_its_places_and_is_not_stored(v1, app):
    """E4, F5."""
    lines = [{"sku": "t1", "quantity": 0, "unit_price": 500}]
    answer = v1.post("/orders", {**ORDER, "lines": lines})

    assert answer.status_code in (400, 422)
    assert "quantity" in answer.json_body["error"]["details"][0]["where"]
    assert app.orders.get("o1") is None
    assert v1.post("/orders", b'{"order_id": NaN}').status_code == 400
    assert v1.post("/orders", b"{}", Content_Type="text/csv").status_code == 415


def test_an_id_of_another_customers_order_is_a_conflict(v1):
    v1.post("/orders", ORDER)

    assert v1.post("/orders", {**ORDER, "customer_id": "bob"}).status_code == 409


def test_an_idempotency_key_gives_the_first_answer_of_an_order_again(v1):
    first = v1.post("/orders", ORDER, Idempotency_Key="k")
    again = v1.post("/orders", ORDER, Idempotency_Key="k")
    other = v1.post("/orders", {**ORDER, "order_id": "o2"}, Idempotency_Key="k")

    assert (again.status_code, again.json_body) == (201, first.json_body)
    assert other.status_code == 409


def test_what_happened_to_an_order_is_shown(v1):
    v1.post("/orders", ORDER)

    paid = v1.post("/orders/o1/status", {"status": "paid", "at": "2026-11-02T09:00:00Z"})
    refunded = v1.post("/orders/o1/refund", {"refund_id": "r1", "amount": 250})
    assert (paid.status_code, paid.json_body["result"], paid.json_body["status"]) == (200, "updated", "paid")
    assert refunded.json_body["refunds"][0]["amount"] == 250
    assert v1.get("/orders/o1").json_body["refunds"] == refunded.json_body["refunds"]

    cancelled = v1.post("/orders/o1/cancel")
    assert cancelled.json_body["status"] == "cancelled"
    assert v1.post("/orders/o1/cancel").json_body["result"] == "unchanged"
    assert v1.post("/orders", ORDER).json_body["status"] == "cancelled"
    assert v1.get("/orders/none").status_code == 404


def test_a_change_of_an_order_still_to_come_is_202(v1):
    """E11."""
    early = v1.post("/orders/o1/cancel", {}, Idempotency_Key="k")

    assert (early.status_code, early.json_body["result"]) == (202, "kept")
    assert v1.post("/orders/o1/cancel", {}, Idempotency_Key="k").json_body == early.json_body
    assert v1.post("/orders", ORDER).json_body["status"] == "cancelled"


def test_a_wrong_change_names_its_place(v1):
    """F5."""
    v1.post("/orders", ORDER)

    answer = v1.post("/orders/o1/status", {"status": "lost"})
    assert (answer.status_code, answer.json_body["error"]["details"][0]["where"]) == (422, "status")
    assert v1.post("/orders/o1/refund", {"amount": 0}).status_code == 400
    assert v1.post("/orders/o1/refund", b'{"amount": NaN}').status_code == 400
    assert v1.get("/orders/o1").json_body["status"] == "placed"
