"""The voucher of each person of a batch: made of the send, so that a repeat issues the same."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.services.send_vouchers import send_vouchers
from tests.services.sending import DAY, open_shop


@pytest.fixture
def shop():
    shop = open_shop()
    shop.people(2)
    return shop


def issue(shop, attempts=1, **offer):
    if shop.app.catalog.offer("ten-off") is None:
        shop.offer(**offer)
    message = shop.messages.items.get("c.spring") or shop.launch(offer="ten-off")
    batch = replace(shop.batch(), attempts=attempts)
    people = list(shop.customers.items.values())
    found = shop.app.catalog.offer(message.offer) if message.offer else None
    return send_vouchers(shop.app, message, batch, shop.app.catalog.shop(), found, people)


def test_everyone_gets_a_code_of_their_own(shop):
    found = issue(shop)

    assert {name: voucher.customer_id for name, voucher in found.items()} == {"p000": "p000", "p001": "p001"}
    assert len({voucher.code for voucher in found.values()}) == 2
    assert set(shop.vouchers.vouchers.values()) == set(found.values())
    assert found["p000"].expires_at == datetime(2026, 12, 6, 23, 59, 59, 999999, UTC)


def test_a_repeat_gives_what_was_issued_also_days_later_and_after_the_offer_changed(shop):
    """E9."""
    first = issue(shop)
    shop.clock.advance(3 * DAY)
    shop.offer(validity={"days_from_issue": 60})

    assert issue(shop, attempts=2) == first


def test_a_withdrawn_one_comes_back_from_stock(shop):
    """E9."""
    [code, _] = [voucher.code for voucher in issue(shop).values()]
    shop.vouchers.withdraw(code)

    found = issue(shop, attempts=2)

    assert {voucher.status for voucher in found.values()} == {"issued"}


def test_a_shared_code_is_shown_and_not_issued(shop):
    found = issue(shop, code={"kind": "shared", "value": "Spring-26"})

    assert {voucher.code for voucher in found.values()} == {"SPRING26"}
    assert {voucher.customer_id for voucher in found.values()} == {None}
    assert list(shop.vouchers.vouchers) == ["SPRING26"]


def test_an_offer_without_codes_issues_nothing(shop):
    assert issue(shop, code={"kind": "none"}) == {}
    assert shop.vouchers.vouchers == {}


def test_a_message_without_an_offer_issues_nothing(shop):
    message = shop.launch()

    people = [shop.customers.items["p000"]]
    assert send_vouchers(shop.app, message, shop.batch(), shop.app.catalog.shop(), None, people) == {}
