"""A voucher is given to one customer outside of a mail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.codes import normalise_code
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import Conflict, NotFound, VoucherRefused
from chalicelib.services.issue_voucher import issue_voucher
from chalicelib.services.put_offer import put_offer
from chalicelib.services.stop_offer import stop_offer
from tests.services.voucher_shop import NOW, PERCENT, open_shop


@pytest.fixture
def shop():
    return open_shop()


def test_a_customer_gets_a_voucher_that_ends_with_its_last_day(shop):
    shop.offer(validity={"days_from_issue": 14})

    voucher = issue_voucher(shop.app, "spring", "ada")

    end = datetime(2026, 3, 16, tzinfo=UTC) - timedelta(microseconds=1)
    assert voucher == Voucher(code=voucher.code, offer="spring", customer_id="ada", issued_at=NOW, expires_at=end)
    assert shop.vouchers.get(normalise_code(voucher.code)) == voucher


def test_each_call_gives_another_code(shop):
    shop.offer()

    codes = {issue_voucher(shop.app, "spring", "ada").code for _ in range(50)}

    assert len(codes) == len(shop.vouchers.vouchers) == 50


def test_a_shared_code_is_given_as_it_is(shop):
    shop.offer(code={"kind": "shared", "value": "SPRING15"})
    before = shop.state()

    voucher = issue_voucher(shop.app, "spring", "ada")

    assert (voucher.code, voucher.customer_id) == ("SPRING15", None)
    assert shop.state() == before


def refused(shop, error, match, offer="spring", customer_id="ada"):
    before = shop.state()
    with pytest.raises(error, match=match):
        issue_voucher(shop.app, offer, customer_id)
    assert shop.state() == before


def test_an_offer_without_codes_issues_none(shop):
    shop.offer(code={"kind": "none"})

    refused(shop, Conflict, "has no codes to issue")


def test_the_offer_and_the_customer_must_exist(shop):
    shop.offer()

    refused(shop, NotFound, "no offer 'summer'", offer="summer")
    refused(shop, NotFound, "no customer 'eve'", customer_id="eve")


def test_a_stopped_or_ended_offer_issues_nothing(shop):
    shop.offer(validity={"ends_at": NOW.isoformat()})
    refused(shop, VoucherRefused, "could be used until")

    stop_offer(shop.app, "spring")
    refused(shop, VoucherRefused, "was stopped")


def test_an_offer_that_starts_later_is_issued_ahead(shop):
    shop.offer(validity={"starts_at": "2026-04-01"})

    assert issue_voucher(shop.app, "spring", "ada").status == "issued"


def test_only_members_of_the_offers_segments_get_it(shop):
    shop.offer(conditions={"segments": ["regulars"]})

    assert issue_voucher(shop.app, "spring", "ada").customer_id == "ada"
    refused(shop, VoucherRefused, "Offer 'spring' is for regulars; customer 'bo' is in none", customer_id="bo")


def test_a_voucher_keeps_its_end_when_the_offer_changes(shop):
    shop.offer(validity={"days_from_issue": 14})
    voucher = shop.issue()

    put_offer(shop.app, "spring", {"benefit": PERCENT, "validity": {"days_from_issue": 1}})

    assert shop.vouchers.get(voucher.code) == replace(voucher)
