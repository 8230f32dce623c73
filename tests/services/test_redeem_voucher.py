"""A voucher is used by one order, once, and every repeat gets the first answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.baskets import LineDiscount
from chalicelib.domain.redeeming import Use
from chalicelib.domain.vouchers import Redemption, Remaining, Voucher, key_hash, redemption_id
from chalicelib.errors import IdempotencyMismatch, MalformedRequest, OfferExhausted, UnknownVoucher, VoucherRefused
from chalicelib.services.put_offer import put_offer
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.services.stop_offer import stop_offer
from tests.services.voucher_shop import NOW, open_shop, order


@pytest.fixture
def shop():
    return open_shop()


def refused(shop, error, code, customer_id="ada", body=None, key=None):
    before = shop.state()
    with pytest.raises(error) as caught:
        redeem_voucher(shop.app, code, customer_id, body or order(), key)
    assert shop.state() == before
    return caught.value


def test_a_redemption_says_what_was_taken_off_and_what_remains(shop):
    shop.offer(limits={"total": 20, "per_customer": 1, "budget": 10_000})
    sent = Voucher(
        code="ABCDEFGHJKMNP",
        offer="spring",
        customer_id="ada",
        message_id="m-1",
        batch_id="b-1",
        issued_at=NOW,
        status="issued",
    )
    shop.vouchers.issue([sent])

    made = redeem_voucher(shop.app, "abcde-fghj-kmnp", "ada", order(), "till-7/42")

    assert made == Redemption(
        id=redemption_id("ABCDEFGHJKMNP", "o-1"),
        code="ABCDEFGHJKMNP",
        offer="spring",
        customer_id="ada",
        message_id="m-1",
        batch_id="b-1",
        order_id="o-1",
        order_total=3_499,
        discount=525,
        currency="GBP",
        lines=(
            LineDiscount(sku="beans", quantity=2, unit_price=1_250, discount=375),
            LineDiscount(sku="sencha", quantity=1, unit_price=999, discount=150),
        ),
        at=NOW,
        fingerprint=made.fingerprint,
        key=key_hash("till-7/42"),
        remaining=Remaining(total=19, per_customer=0, budget=9_475),
    )
    assert shop.vouchers.get("ABCDEFGHJKMNP") == replace(sent, status="redeemed", redemption_id=made.id)


def test_an_activated_voucher_is_redeemed_too(shop):
    shop.offer()
    voucher = shop.issue()
    shop.vouchers.activate(voucher.code, NOW)

    assert redeem_voucher(shop.app, voucher.code, None, order()).customer_id == "ada"


@pytest.mark.parametrize("key", [None, "till-7/42"])
def test_the_same_request_again_gets_the_first_answer_also_after_the_offer_has_ended(shop, key):
    """E2, E3."""
    shop.offer(limits={"total": 1})
    code = shop.issue().code
    first = redeem_voucher(shop.app, code, "ada", order(), key)
    shop.clock.advance(timedelta(days=400))
    stop_offer(shop.app, "spring")

    again = [redeem_voucher(shop.app, code, "ada", order(), key) for _ in range(100)]

    assert again == [first] * 100
    assert shop.vouchers.usage("spring") == Use(total=1, spent=525)


def test_the_same_order_with_a_new_key_gets_the_first_answer(shop):
    """E3: a till that lost the answer and makes a new key at each try."""
    shop.offer()
    code = shop.issue().code
    first = redeem_voucher(shop.app, code, "ada", order(), "k1")

    assert redeem_voucher(shop.app, code, "ada", order(), "k2") == first
    assert redeem_voucher(shop.app, code, "ada", order()) == first


def test_a_key_with_another_body_is_refused(shop):
    """E2."""
    shop.offer()
    first, second = shop.issue(), shop.issue()
    redeem_voucher(shop.app, first.code, "ada", order(), "k1")

    refused(shop, IdempotencyMismatch, first.code, body=order(order_id="o-2"), key="k1")
    refused(shop, IdempotencyMismatch, first.code, body=order(("beans", 1, 1)), key="k1")
    refused(shop, IdempotencyMismatch, first.code, body=order(("beans", 1, 1)))
    refused(shop, IdempotencyMismatch, first.code, customer_id=None, key="k1")
    refused(shop, IdempotencyMismatch, second.code, key="k1")
    assert shop.vouchers.get(second.code) == second


def test_a_used_code_is_refused_for_another_order(shop):
    shop.offer()
    code = shop.issue().code
    redeem_voucher(shop.app, code, "ada", order())

    assert refused(shop, VoucherRefused, code, body=order(order_id="o-2")).reason == "used"


def test_another_customers_code_is_as_unknown_as_none(shop):
    """E8."""
    shop.offer()

    other = refused(shop, UnknownVoucher, shop.issue().code, customer_id="bo")
    nobody = refused(shop, UnknownVoucher, "ABCDE-FGHJ-KMNP")

    assert (other.message, other.code, other.http_status) == (nobody.message, nobody.code, nobody.http_status)


@pytest.mark.parametrize("price", [-1, 0, float("nan"), 10**38])
def test_an_amount_that_is_none_redeems_nothing(shop, price):
    """E4."""
    shop.offer()

    refused(shop, MalformedRequest, shop.issue().code, body=order(("beans", 1, price)))


def test_a_discount_above_the_basket_is_clamped(shop):
    """E4."""
    put_offer(shop.app, "spring", {"benefit": {"kind": "amount", "amount": 5_000}})

    made = redeem_voucher(shop.app, shop.issue().code, "ada", order())

    assert (made.order_total, made.discount) == (3_499, 3_499)
    assert [line.discount for line in made.lines] == [2_500, 999]


def test_a_stopped_offer_refuses_all_its_codes_at_once(shop):
    """E13."""
    shop.offer()
    codes = [shop.issue().code for _ in range(20)]
    stop_offer(shop.app, "spring")

    reasons = {refused(shop, VoucherRefused, code, body=order(order_id=f"o-{code}")).reason for code in codes}

    assert reasons == {"stopped"}


def test_a_condition_that_does_not_hold_redeems_nothing(shop):
    shop.offer(conditions={"min_basket": 3_500, "categories": ["tea"]})
    code = shop.issue().code

    assert refused(shop, VoucherRefused, code).reason == "minimum_basket"
    assert refused(shop, VoucherRefused, code, body=order(("beans", 1, 9_999))).reason == "wrong_category"
    made = redeem_voucher(shop.app, code, "ada", order(("beans", 1, 3_000), ("sencha", 1, 500)))
    assert [line.discount for line in made.lines] == [0, 75]


def test_an_exhausted_offer_redeems_nothing(shop):
    shop.offer(limits={"total": 1})
    first, second = shop.issue(), shop.issue("bo")
    redeem_voucher(shop.app, first.code, "ada", order())

    error = refused(shop, OfferExhausted, second.code, customer_id="bo", body=order(order_id="o-2"))

    assert (error.code, error.http_status, error.reason) == ("offer_exhausted", 409, "exhausted")


def test_a_shared_code_counts_for_each_customer(shop):
    shop.offer(code={"kind": "shared", "value": "SPRING15"}, limits={"per_customer": 1})
    redeem_voucher(shop.app, "spring15", "ada", order())
    redeem_voucher(shop.app, "spring15", "bo", order(order_id="o-2"))

    again = refused(shop, VoucherRefused, "spring15", body=order(order_id="o-3"))
    nobody = refused(shop, VoucherRefused, "spring15", customer_id=None, body=order(order_id="o-4"))

    assert (again.reason, nobody.reason) == ("customer_limit", "customer_needed")
    assert shop.vouchers.usage("spring") == Use(total=2, spent=1_050)
