TOLD = {"event_id": "e1", "customer_id": "ann", "name": "viewed", "at": "2026-11-22T11:00:00Z"}


def test_a_new_event_is_201_and_the_same_again_200(v1):
    first, again = v1.post("/events", TOLD), v1.post("/events", TOLD)

    assert (first.status_code, first.json_body["result"]) == (201, "created")
    assert (again.status_code, again.json_body["result"]) == (200, "unchanged")
    assert v1.get("/customers/ann").json_body["email"] is None


def test_an_idempotency_key_gives_the_first_answer_again(v1, app):
    first = v1.post("/events", TOLD, Idempotency_Key="k")
    again = v1.post("/events", TOLD, Idempotency_Key="k")
    other = v1.post("/events", {**TOLD, "event_id": "e2"}, Idempotency_Key="k")

    assert (again.status_code, again.json_body) == (first.status_code, first.json_body)
    assert (other.status_code, other.json_body["error"]["code"]) == (409, "idempotency_mismatch")
    assert [event.event_id for event in app.events.of("ann")] == ["e1"]
    assert len(app.catalog.list("once-of/ann")) == 1


def test_another_fact_under_the_same_id_is_a_conflict(v1):
    v1.post("/events", TOLD)

    answer = v1.post("/events", {**TOLD, "name": "bought"})

    assert (answer.status_code, answer.json_body["error"]["code"]) == (409, "idempotency_mismatch")


def test_an_event_that_cannot_be_read_is_refused(v1, app):
    """F5."""
    deep = b'{"properties": ' + b'{"a":' * 40 + b"1" + b"}" * 41

    assert v1.post("/events", {**TOLD, "at": "soon"}).status_code == 422
    assert v1.post("/events", b'{"event_id": NaN}').status_code == 400
    assert v1.post("/events", deep).status_code == 400
    assert v1.post("/events", b'{"name": "a", "name": "b"}').status_code == 400
    assert app.events.of("ann") == []
