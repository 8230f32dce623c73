"""Every reason why a voucher is refused, and what is left after a use."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.baskets import Basket, BasketLine, grant
from chalicelib.domain.benefits import Benefit
from chalicelib.domain.offers import Conditions, Limits, Offer, Validity
from chalicelib.domain.redeeming import Use, in_segments, over_limits, refusal_now, refusal_of_basket, remaining_after
from chalicelib.domain.vouchers import Remaining, Voucher
from chalicelib.errors import OfferExhausted

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
OFFER = Offer(name="spring", benefit=Benefit(kind="percent", percent=10), currency="GBP")
VOUCHER = Voucher(code="ABC", offer="spring", customer_id="c-1", issued_at=NOW)


def reason(refused):
    return refused and refused.reason


def test_a_fresh_voucher_is_accepted():
    assert refusal_now(VOUCHER, OFFER, NOW) is None
    assert refusal_now(replace(VOUCHER, status="activated"), OFFER, NOW) is None


@pytest.mark.parametrize(
    ("before", "expected"), [(MILLISECOND, None), (timedelta(0), "expired"), (-MILLISECOND, "expired")]
)
def test_a_voucher_ends_at_its_instant_to_the_millisecond(before, expected):
    """E5."""
    voucher = replace(VOUCHER, expires_at=NOW)
    offer = replace(OFFER, validity=Validity(ends_at=NOW))

    assert reason(refusal_now(voucher, OFFER, NOW - before)) == expected
    assert reason(refusal_now(VOUCHER, offer, NOW - before)) == expected


@pytest.mark.parametrize(("before", "expected"), [(MILLISECOND, "not_started"), (timedelta(0), None)])
def test_an_offer_starts_at_its_instant(before, expected):
    """E5."""
    offer = replace(OFFER, validity=Validity(starts_at=NOW))

    assert reason(refusal_now(VOUCHER, offer, NOW - before)) == expected


def test_an_offer_that_was_shortened_ends_its_vouchers_and_a_longer_one_leaves_them():
    voucher = replace(VOUCHER, expires_at=NOW)
    day = timedelta(days=1)

    assert reason(refusal_now(voucher, replace(OFFER, validity=Validity(ends_at=NOW - day)), NOW - day)) == "expired"
    assert reason(refusal_now(voucher, replace(OFFER, validity=Validity(ends_at=NOW + day)), NOW)) == "expired"


def test_a_shared_code_ends_with_its_offer_only():
    shared = replace(VOUCHER, customer_id=None, expires_at=NOW)

    assert refusal_now(shared, OFFER, NOW) is None


def test_a_stopped_offer_is_refused_before_everything_else():
    """E13."""
    stopped = replace(OFFER, stopped=True)

    assert reason(refusal_now(VOUCHER, stopped, NOW)) == "stopped"
    assert reason(refusal_now(replace(VOUCHER, status="redeemed"), stopped, NOW)) == "stopped"


def test_a_used_voucher_says_so():
    refused = refusal_now(replace(VOUCHER, status="redeemed", expires_at=NOW), OFFER, NOW)

    assert refused is not None
    assert (refused.reason, refused.code, refused.http_status) == ("used", "voucher_refused", 409)
    assert refused.message == "This code has been used. It counts once; the customer needs another one."


def basket(total=5_000, currency="GBP"):
    return Basket(order_id="o-1", currency=currency, lines=(BasketLine(sku="a", quantity=1, unit_price=total),))


def refused_basket(conditions, basket, voucher=VOUCHER, segments=(), categories=None):
    offer = replace(OFFER, conditions=conditions)
    return refusal_of_basket(voucher, offer, basket, grant(offer, basket, categories or {}), segments)


def test_a_basket_must_be_in_the_offers_currency():
    refused = refused_basket(Conditions(), basket(currency="EUR"))

    assert reason(refused) == "wrong_currency"
    assert str(refused) == "The order is in EUR, the offer in GBP; they must be the same."


def test_a_basket_must_reach_the_minimum_exactly():
    assert refused_basket(Conditions(min_basket=5_000), basket(5_000)) is None
    refused = refused_basket(Conditions(min_basket=5_000), basket(4_999))
    assert reason(refused) == "minimum_basket"
    assert str(refused) == "The order is worth 4999 GBP in minor units; the offer needs 5000."


def test_a_basket_needs_a_product_of_the_categories():
    tea = Conditions(categories=("tea", "herbs"))

    assert refused_basket(tea, basket(), categories={"a": "herbs"}) is None
    refused = refused_basket(tea, basket(), categories={"a": "coffee"})
    assert reason(refused) == "wrong_category"
    assert str(refused) == "The offer is for products of tea, herbs; the order has none of them."


def test_segments_bind_a_shared_code_and_not_a_personal_one():
    """Who has been mailed the offer may use it, also if the very order takes them out of the segment."""
    regulars = Conditions(segments=("regulars", "staff"))
    shared = replace(VOUCHER, customer_id=None)

    assert refused_basket(regulars, basket()) is None
    assert refused_basket(regulars, basket(), shared, ("staff",)) is None
    assert reason(refused_basket(regulars, basket(), shared, ("lapsing",))) == "not_in_segment"
    assert reason(refused_basket(regulars, basket(), shared)) == "not_in_segment"
    assert in_segments(OFFER, ())


@pytest.mark.parametrize(
    ("limits", "use", "expected"),
    [
        (Limits(), Use(total=10**6, spent=10**9, by_customer=10**6), None),
        (Limits(total=20), Use(total=19), None),
        (Limits(total=20), Use(total=20), "exhausted"),
        (Limits(total=20), Use(total=21), "exhausted"),
        (Limits(per_customer=1), Use(by_customer=0), None),
        (Limits(per_customer=1), Use(by_customer=1), "customer_limit"),
        (Limits(budget=1_000), Use(spent=500), None),
        (Limits(budget=1_000), Use(spent=501), "exhausted"),
        (Limits(budget=499), Use(), "exhausted"),
    ],
)
def test_a_limit_is_never_passed(limits, use, expected):
    refused = over_limits(replace(OFFER, limits=limits), use, 500, "c-1")

    assert reason(refused) == expected
    assert isinstance(refused, OfferExhausted) == (expected == "exhausted")


def test_a_limit_for_each_customer_needs_to_know_the_customer():
    assert reason(over_limits(replace(OFFER, limits=Limits(per_customer=1)), Use(), 500, None)) == "customer_needed"


def test_an_exhausted_offer_names_the_limit_and_the_next_step():
    total = over_limits(replace(OFFER, limits=Limits(total=20)), Use(total=20), 500, "c-1")
    budget = over_limits(replace(OFFER, limits=Limits(budget=1_000)), Use(spent=700), 500, "c-1")

    assert str(total) == "Offer 'spring' was redeemed 20 times, its limit. Raise `limits.total`, or put a new offer."
    assert str(budget) == (
        "Offer 'spring' has given 700 of its budget of 1000 (minor units, GBP); 500 more does not fit. "
        "Raise `limits.budget`, or put a new offer."
    )


def test_what_remains_is_told_for_the_limits_that_there_are():
    offer = replace(OFFER, limits=Limits(total=20, budget=1_000))

    assert remaining_after(offer, Use(total=4, spent=300, by_customer=1), 200) == Remaining(total=15, budget=500)
    assert remaining_after(OFFER, Use(), 200) == Remaining()


@given(
    st.builds(
        Limits,
        total=st.none() | st.integers(1, 50),
        per_customer=st.none() | st.integers(1, 5),
        budget=st.none() | st.integers(1, 500),
    ),
    st.lists(st.tuples(st.integers(0, 100), st.sampled_from("abc")), max_size=80),
)
def test_no_row_of_redemptions_passes_a_limit(limits, wishes):
    """Invariant 4, without a race: what is granted one after the other stays within every limit."""
    offer = replace(OFFER, limits=limits)
    used: list[tuple[int, str]] = []
    for discount, customer in wishes:
        use = Use(total=len(used), spent=sum(d for d, _ in used), by_customer=sum(c == customer for _, c in used))
        if over_limits(offer, use, discount, customer) is None:
            used.append((discount, customer))
            left = remaining_after(offer, use, discount)
            assert all(rest is None or rest >= 0 for rest in (left.total, left.per_customer, left.budget))

    assert limits.total is None or len(used) <= limits.total
    assert limits.budget is None or sum(discount for discount, _ in used) <= limits.budget
    assert limits.per_customer is None or all(
        sum(customer == name for _, customer in used) <= limits.per_customer for name in "abc"
    )
