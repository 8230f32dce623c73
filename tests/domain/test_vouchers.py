"""What a voucher is made of, and which request is which redemption."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.benefits import Benefit
from chalicelib.domain.offers import CodeRule, Offer, Validity
from chalicelib.domain.vouchers import Voucher, key_hash, redemption_id, voucher_for

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


def offer(**code):
    return Offer(
        name="spring",
        benefit=Benefit(kind="amount", amount=500),
        currency="GBP",
        code=CodeRule(**code),
        validity=Validity(ends_at=datetime(2026, 4, 1, tzinfo=UTC)),
    )


def test_a_personal_voucher_names_its_customer_and_its_send():
    assert voucher_for(offer(), "c-1", "ABC", NOW, UTC_ZONE, message=("m-1", "b-1")) == Voucher(
        code="ABC",
        offer="spring",
        customer_id="c-1",
        message_id="m-1",
        batch_id="b-1",
        issued_at=NOW,
        expires_at=datetime(2026, 4, 1, tzinfo=UTC),
    )


def test_a_shared_code_is_nobodys():
    shared = voucher_for(offer(kind="shared", value="spring-15"), "c-1", "ABC", NOW, UTC_ZONE, message=("m-1", "b-1"))

    assert shared is not None
    assert (shared.code, shared.customer_id, shared.message_id) == ("SPRING15", None, "")


def test_an_offer_without_codes_gives_no_voucher():
    assert voucher_for(offer(kind="none"), "c-1", "ABC", NOW, UTC_ZONE) is None


def test_a_redemption_is_named_by_code_and_order():
    ids = {redemption_id("A", "BC"), redemption_id("AB", "C"), redemption_id("A", "BD"), key_hash("A"), key_hash("B")}

    assert redemption_id("A", "BC") == redemption_id("A", "BC")
    assert len(ids) == 5
    assert {len(name) for name in ids} == {32}
