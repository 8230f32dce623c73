"""`ports.Vouchers` in memory: the same answers as the table, every change under one lock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock

from chalicelib.domain.offers import Offer
from chalicelib.domain.redeeming import Use, over_limits, remaining_after
from chalicelib.domain.vouchers import Redemption, Voucher
from chalicelib.errors import IdempotencyMismatch, UnknownVoucher, VoucherRefused


class MemoryVouchers:
    """Vouchers, redemptions and uses in dictionaries."""

    def __init__(self) -> None:
        self.vouchers: dict[str, Voucher] = {}
        self.redemptions: dict[str, Redemption] = {}
        self._lock = Lock()

    def get(self, code: str) -> Voucher | None:
        return self.vouchers.get(code)

    def get_many(self, codes: Sequence[str]) -> dict[str, Voucher]:
        return {code: self.vouchers[code] for code in codes if code in self.vouchers}

    def redemptions_by_id(self, ids: Sequence[str]) -> dict[str, Redemption]:
        return {id_: self.redemptions[id_] for id_ in ids if id_ in self.redemptions}

    def issue(self, vouchers: Sequence[Voucher]) -> None:
        with self._lock:
            for voucher in vouchers:
                stored = self.vouchers.get(voucher.code)
                if stored is None or stored.status == "withdrawn":
                    self.vouchers[voucher.code] = voucher

    def withdraw(self, code: str) -> None:
        with self._lock:
            voucher = self.vouchers.get(code)
            if voucher is not None and voucher.customer_id is not None and voucher.status == "issued":
                self.vouchers[code] = replace(voucher, status="withdrawn")

    def of(self, customer_id: str) -> tuple[list[Voucher], list[Redemption]]:
        vouchers = [self.vouchers[code] for code in sorted(self.vouchers)]
        made = [self.redemptions[name] for name in sorted(self.redemptions)]
        return (
            [one for one in vouchers if one.customer_id == customer_id],
            [one for one in made if one.customer_id == customer_id],
        )

    def move(self, customer_id: str, to: str) -> None:
        with self._lock:
            vouchers, made = self.of(customer_id)
            self.vouchers.update({one.code: replace(one, customer_id=to) for one in vouchers})
            self.redemptions.update({one.id: replace(one, customer_id=to) for one in made})

    def activate(self, code: str, at: datetime) -> Voucher:
        with self._lock:
            voucher = self.vouchers.get(code)
            if voucher is None or voucher.status == "withdrawn":
                raise UnknownVoucher
            if voucher.customer_id is not None and voucher.status == "issued":
                voucher = self.vouchers[code] = replace(voucher, status="activated", activated_at=at)
            return voucher

    def redemption(self, redemption_id: str) -> Redemption | None:
        return self.redemptions.get(redemption_id)

    def earlier(self, redemption_id: str, key: str | None, fingerprint: str) -> Redemption | None:
        keyed = [one for one in self.redemptions.values() if key is not None and one.key == key]
        found = keyed[0] if keyed else self.redemptions.get(redemption_id)
        if found is not None and found.fingerprint != fingerprint:
            raise IdempotencyMismatch("this key or order has redeemed something else")
        return found

    def usage(self, offer: str, customer_id: str | None = None) -> Use:
        made = [one for one in self.redemptions.values() if one.offer == offer]
        return Use(
            total=len(made),
            spent=sum(one.discount for one in made),
            by_customer=sum(1 for one in made if customer_id is not None and one.customer_id == customer_id),
        )

    def redeem(self, voucher: Voucher, offer: Offer, redemption: Redemption) -> Redemption:
        with self._lock:
            if earlier := self.earlier(redemption.id, redemption.key, redemption.fingerprint):
                return earlier
            use = self.usage(offer.name, redemption.customer_id)
            stored = self.vouchers.get(voucher.code)
            if stored is None or stored.status == "withdrawn":
                raise UnknownVoucher
            if stored.customer_id is not None and stored.status == "redeemed":
                raise VoucherRefused("used", "This code has been used.")
            if refusal := over_limits(offer, use, redemption.discount, redemption.customer_id):
                raise refusal
            made = replace(redemption, remaining=remaining_after(offer, use, redemption.discount))
            self.redemptions[made.id] = made
            if stored.customer_id is not None:
                self.vouchers[stored.code] = replace(stored, status="redeemed", redemption_id=made.id)
            return made
