"""A2 for redemptions: a till whose function is killed around any request asks again, and nothing is doubled.

Either nothing was written, or all of it: a voucher that is used up without its redemption would be burned.
"""

from hashlib import sha256
from typing import Any

import pytest

from chalicelib.domain.codes import encode_code
from chalicelib.domain.customers import Customer
from chalicelib.domain.redeeming import Use
from chalicelib.domain.vouchers import Redemption, Voucher
from chalicelib.errors import VoucherRefused
from chalicelib.services.activate_voucher import activate_voucher
from chalicelib.services.put_offer import put_offer
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.storage.voucher_items import voucher_item
from chalicelib.storage.vouchers import VouchersTable
from tests.fakes import NOON, FixedClock, make_app
from tests.faults.requests import each_request_death
from tests.services.voucher_shop import order

OFFER = {"benefit": {"kind": "percent", "percent": 15}, "limits": {"total": 1, "per_customer": 1, "budget": 10_000}}
WAYS = 30  # more than there are ways to die


class Till:
    """Vouchers in DynamoDB; to each number belong an offer, a customer and a voucher of their own."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.app = make_app(vouchers=VouchersTable(client, "Vouchers", sleep=lambda _: None), clock=FixedClock(NOON))
        self.codes = [encode_code(sha256(bytes([number])).digest()) for number in range(WAYS)]
        for number, code in enumerate(self.codes):
            put_offer(self.app, f"offer-{number}", OFFER)
            self.app.customers.put(Customer(id=f"c-{number}"))
            fresh = Voucher(code=code, offer=f"offer-{number}", customer_id=f"c-{number}", issued_at=NOON)
            client.put_item(TableName="Vouchers", Item=voucher_item(fresh))

    def redeem(self, number: int, order_id: str = "") -> Redemption:
        """The request of a till, which repeats it with the same order and the same key."""
        body = order(order_id=order_id or f"o-{number}")
        return redeem_voucher(self.app, self.codes[number], f"c-{number}", body, order_id or f"key-{number}")

    def activate(self, number: int) -> object:
        """The button on the page of the voucher."""
        link = [self.codes[number], "m-1", "b-1", f"c-{number}"]
        return activate_voucher(self.app, self.app.signer.sign("r", link))

    def items(self) -> int:
        """How many there are."""
        return int(self.client.scan(TableName="Vouchers", Select="COUNT")["Count"])


@pytest.fixture
def till(dynamodb: Any) -> Till:
    return Till(dynamodb)


def test_a_redemption_may_die_at_any_request_and_the_repeat_gives_its_answer(till: Till) -> None:
    deaths, before = 0, till.items() + 4  # those of number 0, which lived
    for death, number in each_request_death(till.client, till.redeem):
        found = till.app.vouchers.get(till.codes[number])
        assert found is not None
        written = till.items() - before
        assert (found.status, written) in {("issued", 0), ("redeemed", 4)}, death

        made = till.redeem(number)

        assert till.redeem(number) == made, death
        assert till.app.vouchers.redemption(made.id) == made, death
        assert till.app.vouchers.usage(f"offer-{number}", f"c-{number}") == Use(
            total=1, spent=made.discount, by_customer=1
        ), death
        with pytest.raises(VoucherRefused, match="has been used"):
            till.redeem(number, "another-order")
        deaths, before = deaths + 1, before + 4
        assert till.items() == before, death
    print(f"{deaths} deaths of a redemption at {deaths // 2} requests")  # noqa: T201
    assert deaths >= 14


def test_an_activation_may_die_at_any_request_and_the_voucher_is_redeemed_all_the_same(till: Till) -> None:
    deaths = 0
    for death, number in each_request_death(till.client, till.activate):
        till.activate(number)
        found = till.app.vouchers.get(till.codes[number])
        assert found is not None
        assert (found.status, found.activated_at) == ("activated", NOON), death
        assert till.redeem(number).code == till.codes[number], death
        deaths += 1
    assert deaths >= 6
