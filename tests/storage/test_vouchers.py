"""One suite for every store of vouchers: in memory, and the table on MiniStack (moto has no PartiQL inserts)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.benefits import Benefit
from chalicelib.domain.offers import Limits, Offer
from chalicelib.domain.redeeming import Use
from chalicelib.domain.vouchers import Remaining, Voucher, redemption_id
from chalicelib.errors import IdempotencyMismatch, OfferExhausted, UnknownVoucher, VoucherRefused
from chalicelib.storage.vouchers import VouchersTable
from tests.fakes.vouchers import MemoryVouchers
from tests.storage.redeeming_cases import NOW, OFFER, personal, redemption

SHARED = Voucher(code="SPRING15", offer="spring", issued_at=NOW)


@pytest.fixture(params=["memory", "table"])
def vouchers(request):
    if request.param == "memory":
        return MemoryVouchers()
    ministack = request.getfixturevalue("ministack")
    return VouchersTable(ministack.client("dynamodb"), ministack.tables["Vouchers"])


def limited(**limits) -> Offer:
    return replace(OFFER, limits=Limits(**limits))


def test_a_voucher_comes_back_as_it_was_issued(vouchers):
    voucher = replace(personal("A"), message_id="m-1", batch_id="b-1", expires_at=NOW + timedelta(days=14))

    vouchers.issue([voucher, SHARED])

    assert vouchers.get("A") == voucher
    assert vouchers.get("SPRING15") == SHARED
    assert vouchers.get("B") is None


def test_many_vouchers_and_what_they_redeemed_are_read_at_once(vouchers):
    vouchers.issue([personal(f"A{n}") for n in range(120)])
    made = [vouchers.redeem(personal(f"A{n}"), OFFER, redemption(f"A{n}", f"o-{n}")) for n in range(3)]

    found = vouchers.get_many([*(f"A{n}" for n in range(120)), "A1", "no-such-code"])
    redeemed = [one.redemption_id for one in found.values() if one.status == "redeemed"]

    assert (len(found), sorted(redeemed)) == (120, sorted(one.id for one in made))
    assert vouchers.redemptions_by_id([*redeemed, "no-such-id"]) == {one.id: one for one in made}
    assert (vouchers.get_many([]), vouchers.redemptions_by_id([])) == ({}, {})


def test_issuing_again_changes_nothing(vouchers):
    vouchers.issue([personal(f"A{n}") for n in range(60)])
    activated = vouchers.activate("A7", NOW)

    vouchers.issue([replace(personal(f"A{n}"), issued_at=NOW + timedelta(days=1)) for n in range(61)])

    assert vouchers.get("A7") == activated
    assert [vouchers.get(f"A{n}").issued_at for n in (0, 59, 60)] == [NOW, NOW, NOW + timedelta(days=1)]


def test_the_same_voucher_twice_in_one_call_is_issued_once(vouchers):
    vouchers.issue([personal("A"), personal("A")])

    assert vouchers.get("A") == personal("A")


def test_a_withdrawn_voucher_comes_back_with_the_same_send(vouchers):
    """E9: a mail that was not sent uses no code, and the retry that is sent carries it again."""
    vouchers.issue([personal("A")])
    vouchers.withdraw("A")
    assert vouchers.get("A").status == "withdrawn"

    vouchers.issue([personal("A"), personal("B")])

    assert vouchers.get("A") == personal("A")


def test_only_an_issued_personal_voucher_is_withdrawn(vouchers):
    vouchers.issue([personal("A"), personal("B"), SHARED])
    vouchers.activate("A", NOW)
    vouchers.redeem(personal("B"), OFFER, redemption("B", "o-1"))

    for code in ("A", "B", "SPRING15", "NONE"):
        vouchers.withdraw(code)

    assert [vouchers.get(code).status for code in ("A", "B", "SPRING15")] == ["activated", "redeemed", "issued"]
    assert vouchers.get("NONE") is None


def test_the_first_activation_wins(vouchers):
    vouchers.issue([personal("A")])

    first = vouchers.activate("A", NOW)
    second = vouchers.activate("A", NOW + timedelta(days=1))

    assert first == second == replace(personal("A"), status="activated", activated_at=NOW)


def test_a_shared_code_is_not_activated_by_one_of_many(vouchers):
    vouchers.issue([SHARED])

    assert vouchers.activate("SPRING15", NOW) == SHARED
    assert vouchers.get("SPRING15") == SHARED


@pytest.mark.parametrize("code", ["NONE", "GONE"])
def test_what_is_not_there_cannot_be_activated(vouchers, code):
    vouchers.issue([personal("GONE")])
    vouchers.withdraw("GONE")

    with pytest.raises(UnknownVoucher):
        vouchers.activate(code, NOW)

    assert vouchers.get("NONE") is None
    assert vouchers.get("GONE").status == "withdrawn"


def test_a_redemption_uses_the_voucher_and_counts(vouchers):
    offer = limited(total=3, per_customer=2, budget=1_000)
    vouchers.issue([personal("A")])
    wanted = redemption("A", "o-1", discount=300, key="k" * 32)

    made = vouchers.redeem(personal("A"), offer, wanted)

    assert made == replace(wanted, remaining=Remaining(total=2, per_customer=1, budget=700))
    assert vouchers.redemption(wanted.id) == made
    assert vouchers.get("A") == replace(personal("A"), status="redeemed", redemption_id=wanted.id)
    assert vouchers.usage("spring", "c-1") == Use(total=1, spent=300, by_customer=1)
    assert vouchers.usage("spring", "c-2") == vouchers.usage("spring") == Use(total=1, spent=300)
    assert vouchers.usage("summer") == Use()


def test_the_same_redemption_again_gives_the_first_answer(vouchers):
    """E2, E3: also when the answer was lost and the offer is used up by now."""
    offer = limited(total=1)
    vouchers.issue([personal("A")])
    first = vouchers.redeem(personal("A"), offer, redemption("A", "o-1"))

    again = vouchers.redeem(personal("A"), offer, replace(redemption("A", "o-1"), at=NOW + timedelta(days=1)))

    assert again == first
    assert vouchers.usage("spring").total == 1


def test_what_a_key_or_an_order_did_is_found_and_another_body_is_refused(vouchers):
    """E2: the same key with another body."""
    vouchers.issue([personal("A")])
    made = vouchers.redeem(personal("A"), OFFER, redemption("A", "o-1", key="k1"))

    assert vouchers.earlier(made.id, None, made.fingerprint) == made
    assert vouchers.earlier(made.id, "k2", made.fingerprint) == made
    assert vouchers.earlier("0" * 32, "k1", made.fingerprint) == made
    assert vouchers.earlier("0" * 32, "k2", made.fingerprint) is None
    for name, key in [(made.id, None), (made.id, "k2"), ("0" * 32, "k1")]:
        with pytest.raises(IdempotencyMismatch):
            vouchers.earlier(name, key, "another body")


def test_a_key_that_redeemed_something_else_redeems_nothing(vouchers):
    """E2."""
    vouchers.issue([personal("A"), personal("B")])
    vouchers.redeem(personal("A"), OFFER, redemption("A", "o-1", key="k1"))

    with pytest.raises(IdempotencyMismatch):
        vouchers.redeem(personal("B"), OFFER, redemption("B", "o-2", key="k1"))

    assert vouchers.get("B") == personal("B")
    assert vouchers.usage("spring").total == 1
    assert vouchers.redemption(redemption_id("B", "o-2")) is None


def refused(vouchers, voucher, offer, wanted, reason):
    before = (vouchers.get(voucher.code), vouchers.usage(offer.name, "c-1"))
    with pytest.raises(VoucherRefused) as caught:
        vouchers.redeem(voucher, offer, wanted)
    assert caught.value.reason == reason
    assert (vouchers.get(voucher.code), vouchers.usage(offer.name, "c-1")) == before
    assert vouchers.redemption(wanted.id) is None
    return caught.value


def test_a_used_voucher_is_refused_for_another_order(vouchers):
    vouchers.issue([personal("A")])
    vouchers.redeem(personal("A"), OFFER, redemption("A", "o-1"))

    refused(vouchers, personal("A"), OFFER, redemption("A", "o-2"), "used")


def test_a_voucher_that_is_gone_is_refused(vouchers):
    vouchers.issue([personal("A")])
    vouchers.withdraw("A")

    refused(vouchers, personal("A"), OFFER, redemption("A", "o-1"), "unknown")
    refused(vouchers, personal("B"), OFFER, redemption("B", "o-1"), "unknown")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [({"total": 2}, "exhausted"), ({"budget": 1_499}, "exhausted"), ({"per_customer": 2}, "customer_limit")],
)
def test_a_limit_holds_and_a_raised_one_lets_go_on(vouchers, limits, reason):
    """Invariant 4. Two uses of 500 go, the third does not; the voucher stays unused."""
    vouchers.issue([personal(code) for code in "ABC"])
    for code in "AB":
        vouchers.redeem(personal(code), limited(**limits), redemption(code, f"o-{code}"))

    error = refused(vouchers, personal("C"), limited(**limits), redemption("C", "o-C"), reason)

    assert isinstance(error, OfferExhausted) == (reason == "exhausted")
    [(name, limit)] = limits.items()
    raised = limited(**{name: limit + 1})
    assert vouchers.redeem(personal("C"), raised, redemption("C", "o-C")).order_id == "o-C"
    assert vouchers.usage("spring", "c-1") == Use(total=3, spent=1_500, by_customer=3)


def test_a_budget_is_spent_to_the_last_unit(vouchers):
    vouchers.issue([personal(code) for code in "ABC"])
    offer = limited(budget=1_000)

    vouchers.redeem(personal("A"), offer, redemption("A", "o-1", discount=999))
    refused(vouchers, personal("B"), offer, redemption("B", "o-2", discount=2), "exhausted")
    last = vouchers.redeem(personal("C"), offer, redemption("C", "o-3", discount=1))

    assert last.remaining == Remaining(budget=0)
    assert vouchers.usage("spring").spent == 1_000


def test_a_discount_above_the_whole_budget_is_refused(vouchers):
    vouchers.issue([personal("A")])

    refused(vouchers, personal("A"), limited(budget=499), redemption("A", "o-1", discount=500), "exhausted")


def test_a_shared_code_serves_many_orders_each_once(vouchers):
    vouchers.issue([SHARED])
    offer = limited(per_customer=1)
    first = vouchers.redeem(SHARED, offer, redemption("SPRING15", "o-1", customer_id="c-1"))
    vouchers.redeem(SHARED, offer, redemption("SPRING15", "o-2", customer_id="c-2"))

    assert vouchers.redeem(SHARED, offer, redemption("SPRING15", "o-1", customer_id="c-1")) == first
    refused(vouchers, SHARED, offer, redemption("SPRING15", "o-3", customer_id="c-1"), "customer_limit")
    refused(vouchers, SHARED, offer, redemption("SPRING15", "o-4", customer_id=None), "customer_needed")
    vouchers.redeem(SHARED, OFFER, redemption("SPRING15", "o-5", customer_id=None))

    assert vouchers.get("SPRING15") == SHARED
    assert vouchers.usage("spring", "c-1") == Use(total=3, spent=1_500, by_customer=1)


def test_offers_are_counted_apart(vouchers):
    summer = Offer(name="summer", benefit=Benefit(kind="amount", amount=500), currency="GBP")
    vouchers.issue([personal("A"), replace(personal("B"), offer="summer")])

    vouchers.redeem(personal("A"), OFFER, redemption("A", "o-1"))
    vouchers.redeem(personal("B"), summer, replace(redemption("B", "o-1", discount=7), offer="summer"))

    assert vouchers.usage("spring") == Use(total=1, spent=500)
    assert vouchers.usage("summer") == Use(total=1, spent=7)


def test_times_keep_their_microseconds(vouchers):
    at = datetime(2026, 3, 1, 9, 0, 0, 123_456, tzinfo=UTC)
    vouchers.issue([replace(personal("A"), expires_at=at)])

    vouchers.activate("A", at)

    assert (vouchers.get("A").expires_at, vouchers.get("A").activated_at) == (at, at)


def test_all_of_one_customer_is_found_and_moved_with_the_count(vouchers):
    offer = limited(per_customer=1)
    vouchers.issue([personal("A"), personal("B"), personal("C", "c-2"), SHARED])
    made = vouchers.redeem(personal("A"), offer, redemption("A", "o-1"))

    found, redemptions = vouchers.of("c-1")
    assert [one.code for one in found] == ["A", "B"]
    assert redemptions == [made]
    vouchers.move("c-1", "erased-1")
    vouchers.move("c-1", "erased-1")

    assert vouchers.of("c-1") == ([], [])
    assert [one.code for one in vouchers.of("erased-1")[0]] == ["A", "B"]
    assert vouchers.redemption(made.id).customer_id == "erased-1"
    assert vouchers.usage("spring", "c-1").by_customer == 0
    assert vouchers.usage("spring", "erased-1") == Use(total=1, spent=500, by_customer=1)
    assert [one.code for one in vouchers.of("c-2")[0]] == ["C"]
