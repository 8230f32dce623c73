"""Vouchers on DynamoDB: one item per code, moved by conditional writes."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from chalicelib.domain.vouchers import Redemption, Voucher
from chalicelib.errors import UnknownVoucher
from chalicelib.storage import keys
from chalicelib.storage.batching import read_items, run_statements
from chalicelib.storage.items import Attribute, pack
from chalicelib.storage.redemptions import RedemptionsTable
from chalicelib.storage.voucher_items import read_redemption, read_voucher, redemption_key, voucher_item, voucher_key


class VouchersTable(RedemptionsTable):
    """`ports.Vouchers` on one table."""

    def get(self, code: str) -> Voucher | None:
        """The voucher, read consistently."""
        item = self._item(voucher_key(code))
        return read_voucher(item) if item else None

    def get_many(self, codes: Sequence[str]) -> dict[str, Voucher]:
        """100 a request."""
        wanted = [voucher_key(code) for code in dict.fromkeys(codes)]
        found = [read_voucher(item) for item in read_items(self._client, self._table, wanted, sleep=self._sleep)]
        return {voucher.code: voucher for voucher in found}

    def redemptions_by_id(self, ids: Sequence[str]) -> dict[str, Redemption]:
        """100 a request."""
        wanted = [redemption_key(id_) for id_ in dict.fromkeys(ids)]
        found = [read_redemption(item) for item in read_items(self._client, self._table, wanted, sleep=self._sleep)]
        return {redemption.id: redemption for redemption in found}

    def issue(self, vouchers: Sequence[Voucher]) -> None:
        """Write each if absent, 25 a request; one that was withdrawn comes back from stock."""
        wanted = {voucher.code: voucher for voucher in vouchers}
        inserts = [self._insert(voucher_item(voucher)) for voucher in wanted.values()]
        answers = run_statements(self._client, inserts, sleep=self._sleep)
        there = [code for code, answer in zip(wanted, answers, strict=True) if _was_there(code, answer)]
        for item in read_items(self._client, self._table, map(voucher_key, there), sleep=self._sleep):
            stored = read_voucher(item)
            if stored.status == "withdrawn":
                self._bring_back(wanted[stored.code])

    def _insert(self, item: dict[str, Attribute]) -> dict[str, Any]:
        names = ", ".join(f"'{name}': ?" for name in item)
        return {"Statement": f'INSERT INTO "{self._table}" VALUE {{{names}}}', "Parameters": list(item.values())}

    def _bring_back(self, voucher: Voucher) -> None:
        self._if_status(
            self._client.put_item, "#status = :withdrawn", {":withdrawn": "withdrawn"}, Item=voucher_item(voucher)
        )

    def withdraw(self, code: str) -> None:
        """Return a voucher to stock; one that is activated, used or shared stays as it is."""
        # Who activated it has the mail, whatever SES said. A shared code belongs to no send.
        self._move(code, "SET #status = :new", {":new": "withdrawn"})

    def of(self, customer_id: str) -> tuple[list[Voucher], list[Redemption]]:
        """Keys from the index, then by key."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="by_customer",
            KeyConditionExpression="customer_id = :id",
            ExpressionAttributeValues=pack({":id": customer_id}),
        )
        wanted = [{"pk": item["pk"], "sk": item["sk"]} for page in pages for item in page["Items"]]
        found = list(read_items(self._client, self._table, wanted, sleep=self._sleep))
        vouchers = [read_voucher(item) for item in found if item["sk"]["S"] == keys.VOUCHER]
        redemptions = [read_redemption(item) for item in found if item["sk"]["S"] == keys.REDEMPTION]
        return sorted(vouchers, key=lambda one: one.code), sorted(redemptions, key=lambda one: one.id)

    def move(self, customer_id: str, to: str) -> None:
        """The counters first: which there are follows from the redemptions."""
        vouchers, redemptions = self.of(customer_id)
        for offer in sorted({one.offer for one in redemptions}):
            self._move_count(offer, customer_id, to)
        owned = [*(redemption_key(one.id) for one in redemptions), *(voucher_key(one.code) for one in vouchers)]
        for key in owned:
            with suppress(self._client.exceptions.ConditionalCheckFailedException):  # it was moved before
                self._client.update_item(
                    TableName=self._table,
                    Key=key,
                    UpdateExpression="SET customer_id = :to",
                    ConditionExpression="customer_id = :from",
                    ExpressionAttributeValues=pack({":to": to, ":from": customer_id}),
                )

    def activate(self, code: str, at: datetime) -> Voucher:
        """Note the first activation; answers the voucher as it is now. Raises: UnknownVoucher."""
        self._move(code, "SET #status = :new, activated_at = :at", {":new": "activated", ":at": at.isoformat()})
        voucher = self.get(code)
        if voucher is None or voucher.status == "withdrawn":
            raise UnknownVoucher
        return voucher

    def _move(self, code: str, change: str, values: dict[str, str]) -> None:
        """Move a personal voucher on from `issued`; nothing happens to any other."""
        self._if_status(
            self._client.update_item,
            "#status = :issued AND attribute_exists(customer_id)",
            {":issued": "issued", **values},
            Key=voucher_key(code),
            UpdateExpression=change,
        )

    def _if_status(self, write: Any, condition: str, values: dict[str, str], **what: Any) -> None:
        try:
            write(
                TableName=self._table,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=pack(values),
                **what,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return


def _was_there(code: str, answer: dict[str, Any]) -> bool:
    """Whether the insert met an existing item. Any other error is a fault: the code goes into no message."""
    error = answer.get("Error")
    if error is None:
        return False
    if error["Code"] == "DuplicateItem":
        return True
    raise RuntimeError(f"a voucher ({len(code)} signs) was not issued: {error['Code']}: {error.get('Message', '')}")
