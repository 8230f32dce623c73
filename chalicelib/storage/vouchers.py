"""Vouchers on DynamoDB: one item per code, moved by conditional writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import UnknownVoucher
from chalicelib.storage.batching import read_items, run_statements
from chalicelib.storage.items import Attribute, pack
from chalicelib.storage.redemptions import RedemptionsTable
from chalicelib.storage.voucher_items import read_voucher, voucher_item, voucher_key


class VouchersTable(RedemptionsTable):
    """`ports.Vouchers` on one table."""

    def get(self, code: str) -> Voucher | None:
        """The voucher, read consistently."""
        item = self._item(voucher_key(code))
        return read_voucher(item) if item else None

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
