"""Redemptions on DynamoDB: one transaction over the voucher, the offer's counters and the redemption itself."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.offers import Offer
from chalicelib.domain.redeeming import Use, over_limits, remaining_after
from chalicelib.domain.vouchers import Redemption, Voucher
from chalicelib.errors import Busy, IdempotencyMismatch, UnknownVoucher, VoucherRefused
from chalicelib.storage.items import Attribute, pack
from chalicelib.storage.voucher_items import (
    Key,
    budget_key,
    customer_key,
    idempotency_item,
    idempotency_key,
    read_redemption,
    read_use,
    read_voucher,
    redemption_item,
    redemption_key,
    voucher_key,
)

_TRIES = 20  # 14 s of pauses at most, 11 s as a rule: API Gateway wants its answer within 29 s
_FIRST_PAUSE = 0.02  # seconds
_LONGEST_PAUSE = 0.8
_NOT_NOW = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html: why one write of a
# cancelled transaction failed. After each of these the next read decides; every other one is a fault of ours.
_READ_AGAIN = frozenset(
    {"None", "ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)


def _chance() -> float:
    return secrets.randbelow(1_000) / 1_000


class RedemptionsTable:
    """The half of `ports.Vouchers` that redeems.

    Args:
        client: a DynamoDB client.
        table: the table's name.
        sleep: waits that many seconds between two tries.
        chance: a random number in [0, 1), which spreads writers that met at one item.
    """

    def __init__(
        self,
        client: Any,
        table: str,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = _chance,
    ) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep
        self._chance = chance

    def redemption(self, redemption_id: str) -> Redemption | None:
        """The redemption, read consistently."""
        item = self._item(redemption_key(redemption_id))
        return read_redemption(item) if item else None

    def earlier(self, redemption_id: str, key: str | None, fingerprint: str) -> Redemption | None:
        """What this id or key already did. Raises: IdempotencyMismatch."""
        noted = self._item(idempotency_key(key)) if key else None
        found = self.redemption(noted["redemption_id"]["S"] if noted else redemption_id)
        if found is not None and found.fingerprint != fingerprint:
            again = "This Idempotency-Key" if noted else f"Order {found.order_id!r} with this code"
            raise IdempotencyMismatch(
                f"{again} has redeemed {found.id} before, with another body. Send the same body again for the same "
                "answer; another order needs an order id and a key of its own."
            )
        return found

    def usage(self, offer: str, customer_id: str | None = None) -> Use:
        """How much of the offer was used, read consistently."""
        by_customer = self._item(customer_key(offer, customer_id)) if customer_id else None
        return read_use(self._item(budget_key(offer)), by_customer)

    def redeem(self, voucher: Voucher, offer: Offer, redemption: Redemption) -> Redemption:
        """Redeem in one transaction, tried again while writers meet at an item or the table throttles.

        Each try reads first, so that a queue before an exhausted budget is refused without a write. Where a condition
        cancels the transaction, the next read says which and with what numbers. Thus a conflict or a throttled table
        never looks like a refusal.
        """
        for tried in range(_TRIES):
            try:
                return self._redeem_once(voucher.code, offer, redemption, again=tried > 0)
            except ClientError as error:
                if not _may_try_again(error):
                    raise
            self._sleep(min(_FIRST_PAUSE * 2**tried, _LONGEST_PAUSE) * (0.5 + self._chance() / 2))
        raise Busy(f"Too many orders redeem offer {offer.name!r} right now. Nothing was redeemed; send it again.")

    def _redeem_once(self, code: str, offer: Offer, redemption: Redemption, *, again: bool) -> Redemption:
        item = self._item(voucher_key(code))
        use = self.usage(offer.name, redemption.customer_id)
        refused = _refusal(read_voucher(item) if item else None, offer, use, redemption)
        # Read after what may have refused us: it may be our own earlier redemption that used the voucher up.
        if refused or again:
            earlier = self.earlier(redemption.id, redemption.key, redemption.fingerprint)
            if earlier is not None:
                return earlier
        if refused:
            raise refused
        made = replace(redemption, remaining=remaining_after(offer, use, redemption.discount))
        self._client.transact_write_items(
            TransactItems=self._writes(offer, made, personal="customer_id" in (item or {}))
        )
        return made

    def _writes(self, offer: Offer, made: Redemption, *, personal: bool) -> list[dict[str, Any]]:
        writes = [self._count(offer, made), self._create(redemption_item(made))]
        if personal:
            writes.append(self._use_up(made))
        if made.customer_id is not None:
            writes.append(self._count_customer(offer, made, made.customer_id))
        if made.key is not None:
            writes.append(self._create(idempotency_item(made.key, made.id)))
        return writes

    def _create(self, item: dict[str, Attribute]) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _use_up(self, made: Redemption) -> dict[str, Any]:
        values = {":redeemed": "redeemed", ":id": made.id, ":issued": "issued", ":activated": "activated"}
        return {
            "Update": {
                "TableName": self._table,
                "Key": voucher_key(made.code),
                "UpdateExpression": "SET #status = :redeemed, redemption_id = :id",
                "ConditionExpression": "#status IN (:issued, :activated)",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": pack(values),
            }
        }

    def _count(self, offer: Offer, made: Redemption) -> dict[str, Any]:
        """One more use and its money, under both limits of the offer."""
        bounds: dict[str, tuple[str, int]] = {}
        if offer.limits.total is not None:
            bounds[":total"] = ("(attribute_not_exists(used) OR used < :total)", offer.limits.total)
        if offer.limits.budget is not None:
            # Not negative: a discount above the whole budget was refused after the read.
            room = offer.limits.budget - made.discount
            bounds[":room"] = ("(attribute_not_exists(spent) OR spent <= :room)", room)
        return self._add(budget_key(offer.name), "ADD used :one, spent :discount", bounds, {":discount": made.discount})

    def _count_customer(self, offer: Offer, made: Redemption, customer_id: str) -> dict[str, Any]:
        limit = offer.limits.per_customer
        bounds = {":limit": ("(attribute_not_exists(used) OR used < :limit)", limit)} if limit is not None else {}
        return self._add(customer_key(offer.name, customer_id), "ADD used :one", bounds, {})

    def _move_count(self, offer: str, customer_id: str, to: str) -> None:
        """Add one customer's count to another's and take it away; a redemption at the same moment is read again."""
        old, new = customer_key(offer, customer_id), customer_key(offer, to)
        for tried in range(_TRIES):
            item = self._item(old)
            if item is None:
                return
            gone = {"ConditionExpression": "used = :seen", "ExpressionAttributeValues": {":seen": item["used"]}}
            added = {"UpdateExpression": "ADD used :count", "ExpressionAttributeValues": {":count": item["used"]}}
            try:
                self._client.transact_write_items(
                    TransactItems=[
                        {"Delete": {"TableName": self._table, "Key": old, **gone}},
                        {"Update": {"TableName": self._table, "Key": new, **added}},
                    ]
                )
            except ClientError as error:
                if not _may_try_again(error):
                    raise
                self._sleep(min(_FIRST_PAUSE * 2**tried, _LONGEST_PAUSE) * (0.5 + self._chance() / 2))
            else:
                return
        raise Busy(f"Too many orders redeem offer {offer!r} right now. Try again.")

    def _add(self, key: Key, change: str, bounds: dict[str, tuple[str, int]], values: dict[str, int]) -> dict[str, Any]:
        limits = {name: limit for name, (_, limit) in bounds.items()}
        condition = " AND ".join(condition for condition, _ in bounds.values())
        return {
            "Update": {
                "TableName": self._table,
                "Key": key,
                "UpdateExpression": change,
                "ExpressionAttributeValues": pack({":one": 1, **values, **limits}),
                **({"ConditionExpression": condition} if condition else {}),
            }
        }

    def _item(self, key: Key) -> dict[str, Attribute] | None:
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item: dict[str, Attribute] | None = answer.get("Item")
        return item


def _refusal(voucher: Voucher | None, offer: Offer, use: Use, redemption: Redemption) -> VoucherRefused | None:
    if voucher is None or voucher.status == "withdrawn":
        return UnknownVoucher()
    if voucher.status == "redeemed":
        return VoucherRefused("used", "This code has been used. It counts once; the customer needs another one.")
    return over_limits(offer, use, redemption.discount, redemption.customer_id)


def _may_try_again(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    if code != "TransactionCanceledException":
        return code in _NOT_NOW
    reasons = error.response["CancellationReasons"]
    return all(reason["Code"] in _READ_AGAIN for reason in reasons)
