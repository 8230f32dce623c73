"""What an order would get for a code, and why not; nothing changes by asking."""

from datetime import timedelta
from hashlib import sha256

import pytest

from chalicelib.domain.codes import encode_code
from chalicelib.errors import MalformedRequest, UnknownVoucher
from chalicelib.services.put_offer import put_offer
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.services.stop_offer import stop_offer
from chalicelib.services.validate_voucher import validate_voucher
from tests.services.voucher_shop import NOW, open_shop, order


@pytest.fixture
def shop():
    return open_shop()


def asked(shop, code, customer_id="ada", body=None):
    before = shop.state()
    answer = validate_voucher(shop.app, code, customer_id, body or order())
    assert shop.state() == before
    return answer


def reason(shop, code, customer_id="ada", body=None):
    answer = asked(shop, code, customer_id, body)
    assert answer["valid"] is (answer["reason"] is None)
    if not answer["valid"]:
        assert answer["discount"] == {"amount": 0, "currency": "GBP"}
        assert {line["discount"]["amount"] for line in answer["lines"]} == {0}
    return answer["reason"]


def test_a_valid_code_tells_the_discount_of_each_line(shop):
    shop.offer(stacking={"exclusive": True})
    voucher = shop.issue()

    assert asked(shop, f" {voucher.code.lower()[:5]}-{voucher.code.lower()[5:]}") == {
        "valid": True,
        "reason": None,
        "message": None,
        "code": f"{voucher.code[:5]}-{voucher.code[5:9]}-{voucher.code[9:]}",
        "offer": "spring",
        "benefit": {"kind": "percent", "percent": 15},
        "stacking": {"exclusive": True},
        "discount": {"amount": 525, "currency": "GBP"},
        "lines": [
            {"sku": "beans", "discount": {"amount": 375, "currency": "GBP"}},
            {"sku": "sencha", "discount": {"amount": 150, "currency": "GBP"}},
        ],
    }


def test_a_till_need_not_know_the_customer(shop):
    shop.offer()

    assert reason(shop, shop.issue().code, customer_id=None) is None


def test_an_unknown_code_another_customers_and_a_withdrawn_one_get_the_same_answer(shop):
    """E8."""
    shop.offer()
    withdrawn, other = shop.issue(), shop.issue()
    shop.vouchers.withdraw(withdrawn.code)
    tries = [("ABCDE-FGHJ-KMNP", "ada"), (withdrawn.code, "ada"), (other.code, "bo"), ("", "ada"), ("ÄÖÜ", None)]

    errors = []
    for code, customer_id in tries:
        with pytest.raises(UnknownVoucher) as caught:
            validate_voucher(shop.app, code, customer_id, order())
        errors.append((caught.value.code, caught.value.http_status, caught.value.reason, caught.value.message))

    assert errors == [errors[0]] * len(tries)


def test_a_malformed_order_is_refused_before_the_code_is_looked_at(shop):
    """E4."""
    with pytest.raises(MalformedRequest):
        validate_voucher(shop.app, "ABC", None, order(("beans", 1, 0)))


def test_each_state_of_the_offer_has_its_reason(shop):
    shop.offer(validity={"starts_at": (NOW + timedelta(days=1)).isoformat(), "ends_at": "2026-03-31T00:00:00Z"})
    code = shop.issue().code

    assert reason(shop, code) == "not_started"
    shop.clock.advance(timedelta(days=1))
    assert reason(shop, code) is None
    shop.clock.advance(timedelta(days=29))
    assert reason(shop, code) == "expired"
    stop_offer(shop.app, "spring")
    assert reason(shop, code) == "stopped"


def test_a_used_code_says_so(shop):
    shop.offer()
    code = shop.issue().code
    redeem_voucher(shop.app, code, "ada", order())

    assert reason(shop, code, body=order(order_id="o-2")) == "used"


def test_each_condition_has_its_reason(shop):
    shop.offer(conditions={"min_basket": 2_000, "categories": ["tea"]})
    code = shop.issue().code

    assert reason(shop, code, body=order(currency="EUR")) == "wrong_currency"
    assert reason(shop, code, body=order(("sencha", 1, 1_999))) == "minimum_basket"
    assert reason(shop, code, body=order(("beans", 1, 1_999), ("mug", 1, 1))) == "wrong_category"
    assert reason(shop, code, body=order(("beans", 1, 1_999), ("unheard-of", 1, 1))) == "wrong_category"
    answer = asked(shop, code, body=order(("beans", 1, 1_000), ("sencha", 1, 1_000)))
    assert answer["discount"] == {"amount": 150, "currency": "GBP"}


def test_a_shared_code_asks_for_the_segment(shop):
    shop.offer(code={"kind": "shared", "value": "SPRING15"}, conditions={"segments": ["regulars"]})

    assert reason(shop, "spring-15", "ada") is None
    assert reason(shop, "spring-15", "bo") == "not_in_segment"
    assert reason(shop, "spring-15", "nobody") == "not_in_segment"
    assert reason(shop, "spring-15", None) == "not_in_segment"


def test_a_shared_code_that_the_offer_gave_up_is_unknown(shop):
    shop.offer(code={"kind": "shared", "value": "SPRING15"})
    put_offer(shop.app, "spring", {"code": {"kind": "shared", "value": "SPRING16"}})

    with pytest.raises(UnknownVoucher):
        validate_voucher(shop.app, "SPRING15", None, order())
    assert reason(shop, "SPRING16", None) is None


@pytest.mark.parametrize(
    ("limits", "expected"),
    [({"total": 1}, "exhausted"), ({"budget": 1_049}, "exhausted"), ({"per_customer": 1}, "customer_limit")],
)
def test_a_limit_that_is_reached_has_its_reason(shop, limits, expected):
    shop.offer(limits=limits)
    first, second = shop.issue(), shop.issue()
    assert reason(shop, second.code) is None

    redeem_voucher(shop.app, first.code, "ada", order())

    assert reason(shop, second.code, body=order(order_id="o-2")) == expected


def test_a_gift_is_named_and_takes_nothing_off(shop):
    put_offer(shop.app, "spring", {"benefit": {"kind": "gift", "sku": "mug", "name": "a blue mug"}})

    answer = asked(shop, shop.issue().code)

    assert answer["valid"] is True
    assert answer["benefit"] == {"kind": "gift", "sku": "mug", "name": "a blue mug"}
    assert answer["discount"] == {"amount": 0, "currency": "GBP"}


def test_100_000_random_codes_are_all_unknown(shop):
    """E8."""
    shop.offer()
    for _ in range(1_000):
        shop.issue()
    known, body = set(shop.vouchers.vouchers), order()

    for number in range(100_000):
        code = encode_code(sha256(b"%d" % number).digest())
        with pytest.raises(UnknownVoucher):
            validate_voucher(shop.app, code, None, body)
        assert code not in known
