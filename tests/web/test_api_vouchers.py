from datetime import timedelta
from hashlib import sha256

import pytest

from chalicelib.domain.codes import encode_code

OFFER = {"benefit": {"kind": "percent", "percent": 15}, "limits": {"total": 20, "budget": 100_000}}


def order(name="o1", price=1000):
    return {"order_id": name, "currency": "GBP", "lines": [{"sku": "t1", "quantity": 1, "unit_price": price}]}


@pytest.fixture
def code(v1):
    v1.put("/customers/ann", {"email": "ann@example.com"})
    v1.put("/offers/treat", OFFER)
    [voucher] = v1.post("/offers/treat/vouchers", {"customer_id": "ann"}).json_body["vouchers"]
    return voucher["code"]


def test_an_offer_is_stored_and_answered_as_it_was_given(v1):
    answer = v1.put("/offers/treat", OFFER)

    assert answer.status_code == 200
    assert answer.json_body["benefit"] == OFFER["benefit"]
    assert answer.json_body["limits"] == OFFER["limits"]
    assert v1.get("/offers/treat").json_body == answer.json_body
    assert v1.get("/offers/nothing").status_code == 404


@pytest.mark.parametrize("amount", [b"-1", b"0", b"NaN", b"9" * 39, b"1.5"])
def test_an_amount_that_is_none_is_400_and_nothing_is_stored(v1, amount):
    """E4."""
    answer = v1.put("/offers/odd", b'{"benefit": {"kind": "amount", "amount": ' + amount + b"}}")

    assert answer.status_code == 400
    assert v1.get("/offers/odd").status_code == 404


def test_the_same_key_issues_one_voucher(v1, code):
    first = v1.post("/offers/treat/vouchers", {"customer_id": "ann"}, Idempotency_Key="k")
    again = v1.post("/offers/treat/vouchers", {"customer_id": "ann"}, Idempotency_Key="k")
    fresh = v1.post("/offers/treat/vouchers", {"customer_id": "ann"})

    assert (first.status_code, again.json_body) == (201, first.json_body)
    assert fresh.json_body["vouchers"][0]["code"] not in {code, first.json_body["vouchers"][0]["code"]}


def test_validating_says_what_the_order_would_get_and_uses_nothing(v1, app, code):
    answer = v1.post(f"/vouchers/{code}/validate", {"customer_id": "ann", "order": order()})

    assert (answer.json_body["valid"], answer.json_body["discount"]) == (True, {"amount": 150, "currency": "GBP"})
    assert app.vouchers.usage("treat", "ann").total == 0


def test_a_code_is_redeemed_once_and_the_second_order_is_refused(v1, app, code):
    body = {"customer_id": "ann", "order": order()}
    first = v1.post(f"/vouchers/{code.lower().replace('-', '%20')}/redeem", body)
    again = v1.post(f"/vouchers/{code}/redeem", body)
    second = v1.post(f"/vouchers/{code}/redeem", {"customer_id": "ann", "order": order("o2")})

    assert first.status_code == 200
    assert first.json_body["code"] == code
    assert first.json_body["discount"] == {"amount": 150, "currency": "GBP"}
    assert first.json_body["remaining"] == {"total": 19, "budget": 99_850}
    assert again.json_body == first.json_body
    assert (second.status_code, second.json_body["error"]["reason"]) == (409, "used")
    assert app.vouchers.usage("treat", "ann").total == 1


def test_the_same_idempotency_key_a_hundred_times_is_one_redemption(v1, app, code):
    """E2."""
    body = {"customer_id": "ann", "order": order()}
    answers = [v1.post(f"/vouchers/{code}/redeem", body, Idempotency_Key="till-7") for _ in range(100)]
    other = v1.post(f"/vouchers/{code}/redeem", {"customer_id": "ann", "order": order("o2")}, Idempotency_Key="till-7")

    assert {answer.body for answer in answers} == {answers[0].body}
    assert answers[0].status_code == 200
    assert (other.status_code, other.json_body["error"]["code"]) == (409, "idempotency_mismatch")
    assert app.vouchers.usage("treat", "ann").total == 1


def test_a_stopped_offer_refuses_its_codes_at_once(v1, app, code):
    """E13."""
    assert v1.post("/offers/treat/stop").json_body["stopped"] is True
    answer = v1.post(f"/vouchers/{code}/redeem", {"customer_id": "ann", "order": order()})

    assert (answer.status_code, answer.json_body["error"]["reason"]) == (409, "stopped")
    assert app.vouchers.usage("treat", "ann").total == 0


def test_another_customers_code_and_an_unknown_one_get_the_same_answer(v1, code):
    """E8."""
    v1.put("/customers/bob", {})
    body = {"customer_id": "bob", "order": order()}
    theirs, none = v1.post(f"/vouchers/{code}/redeem", body), v1.post("/vouchers/22222-2222-2222/redeem", body)

    assert (theirs.status_code, theirs.body) == (404, none.body)


def test_two_hundred_wrong_codes_are_limited_and_none_is_valid(v1, app, code):
    """E8: after the limit even the right code waits, so a guess is never told from a miss."""
    codes = [encode_code(sha256(bytes([number])).digest()) for number in range(200)]
    statuses = [v1.post(f"/vouchers/{guess}/validate", {"order": order()}).status_code for guess in codes]
    waiting = v1.post(f"/vouchers/{code}/redeem", {"customer_id": "ann", "order": order()})

    assert statuses == [404] * 20 + [429] * 180
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "60")
    assert app.vouchers.usage("treat", "ann").total == 0
    app.clock.advance(timedelta(minutes=1))
    assert v1.post(f"/vouchers/{code}/redeem", {"customer_id": "ann", "order": order()}).status_code == 200


def test_mistakes_of_other_kinds_are_not_counted_as_probing(v1, code):
    for _ in range(30):
        assert v1.post(f"/vouchers/{code}/validate", {"order": {}}).status_code == 400
        assert v1.post(f"/vouchers/{code}/validate", {"more": 1}).status_code == 400

    assert v1.post(f"/vouchers/{code}/validate", {"order": order()}).status_code == 200
