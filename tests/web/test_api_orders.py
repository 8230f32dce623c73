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
