"""A shop in memory with two customers, three products and an offer, for the use cases of offers and vouchers."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.products import Product
from chalicelib.domain.vouchers import Voucher
from chalicelib.ports import App
from chalicelib.services.issue_voucher import issue_voucher
from chalicelib.services.put_offer import put_offer
from tests.fakes import FixedClock, make_app
from tests.fakes.vouchers import MemoryVouchers

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PERCENT = {"kind": "percent", "percent": 15}


@dataclass
class VoucherShop:
    """The app with its clock and its vouchers at hand."""

    app: App
    clock: FixedClock
    vouchers: MemoryVouchers

    def offer(self, name: str = "spring", **fields: Any) -> None:
        """Put an offer of 15 % with what is named."""
        put_offer(self.app, name, {"benefit": PERCENT, **fields})

    def issue(self, customer_id: str = "ada", offer: str = "spring") -> Voucher:
        """A fresh voucher."""
        return issue_voucher(self.app, offer, customer_id)

    def state(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone."""
        return dict(self.vouchers.vouchers), dict(self.vouchers.redemptions)

    def token(self, voucher: Voucher, customer_id: str = "ada", purpose: str = "r") -> str:
        """The signed link of a mail."""
        return self.app.signer.sign(purpose, [voucher.code, "m-1", "b-1", customer_id])


def open_shop() -> VoucherShop:
    """Ada is a regular and reads German, Bo is neither."""
    clock, vouchers = FixedClock(NOW), MemoryVouchers()
    app = make_app(clock=clock, vouchers=vouchers)
    ada = Customer(id="ada", first_name="Ada", locale="de-DE", segments=("regulars",))
    for customer in (ada, Customer(id="bo", first_name="Bo")):
        app.customers.put(customer)
    for sku, category in (("beans", "coffee"), ("sencha", "tea"), ("mug", None)):
        app.products.put(replace(Product(sku=sku, name=sku), category=category))
    return VoucherShop(app, clock, vouchers)


def order(*lines: tuple[str, int, int], order_id: str = "o-1", currency: str = "GBP") -> dict[str, Any]:
    """The body of an order; a line is (sku, quantity, unit price)."""
    wanted = lines or (("beans", 2, 1_250), ("sencha", 1, 999))
    return {
        "order_id": order_id,
        "currency": currency,
        "lines": [{"sku": sku, "quantity": quantity, "unit_price": price} for sku, quantity, price in wanted],
    }
