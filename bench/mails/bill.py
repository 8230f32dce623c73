"""What a run would cost: each request and each written kilobyte at its price, beside SES's own.

Prices of us-east-1 in US dollars: https://aws.amazon.com/dynamodb/pricing/on-demand/ https://aws.amazon.com/s3/pricing/
https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/sqs/pricing/ https://aws.amazon.com/firehose/pricing/
https://aws.amazon.com/api-gateway/pricing/ https://aws.amazon.com/ses/pricing/
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

MILLION = 1_000_000
PRICES = {  # of one
    "write unit": 0.625 / MILLION,
    "read unit": 0.125 / MILLION,
    "SQS request": 0.40 / MILLION,
    "S3 write": 5.00 / MILLION,
    "S3 read": 0.40 / MILLION,
    "Lambda call": 0.20 / MILLION,
    "Lambda GiB second": 0.0000166667,
    "Firehose record": 0.029 * 5 / 1024 / 1024,  # $0.029 a GB, each record counts as 5 KB
    "API request": 3.50 / MILLION,
}
SES_MAIL = 100 / MILLION
_INDEXES = {"sends": (("due_shard", "due_at"), ("customer_id", "at")), "vouchers": (("customer_id", "pk"),)}


class Bill:
    """Counts what is paid for. Give `watch` to `CannedAws.watch`."""

    def __init__(self) -> None:
        self.units: Counter[str] = Counter()

    def dollars(self) -> float:
        """All of it."""
        return sum(count * PRICES[what] for what, count in self.units.items())

    def add(self, what: str, count: float) -> None:
        """What no request shows, such as the seconds of a function."""
        self.units[what] += count  # type: ignore[assignment]

    def watch(self, service: str, operation: str, asked: Any, body: bytes) -> None:
        """One request."""
        if service == "dynamodb":
            self._dynamodb(operation, asked, json.loads(body))
        elif service == "s3":
            self.units["S3 write" if operation in {"PutObject", "ListObjectsV2"} else "S3 read"] += 1
        elif service == "sqs":
            self.units["SQS request"] += 1

    def _dynamodb(self, operation: str, asked: Any, answer: Any) -> None:
        if operation == "BatchExecuteStatement":
            for statement in asked["Statements"]:
                self._statement(statement)
        elif operation in {"PutItem", "UpdateItem", "DeleteItem"}:
            self._write(asked["TableName"], asked.get("Item") or asked["Key"], asked.get("Old", {}))
        elif operation == "BatchGetItem":
            for items in answer["Responses"].values():
                self.units["read unit"] += sum(_kilobytes(item, 4) for item in items)
        elif operation == "GetItem":
            self.units["read unit"] += _kilobytes(answer.get("Item", {}), 4)
        else:  # a page of a query or scan, eventually consistent but for a few small ones
            self.units["read unit"] += -(-_bytes({"L": answer["Items"]}) // 4096) / 2  # type: ignore[assignment]

    def _statement(self, statement: Mapping[str, Any]) -> None:
        text, values = statement["Statement"], statement["Parameters"]
        table = text.split('"')[1]
        if text.startswith("INSERT"):
            names = text.partition("VALUE {")[2].split(", ")
            item = {name.split("'")[1]: value for name, value in zip(names, values, strict=True)}
            self._write(table, item, {})
        else:  # a claim: a mailbox is well below 1 KB, and in no index
            self.units["write unit"] += 1

    def _write(self, table: str, item: Mapping[str, Any], old: Mapping[str, Any]) -> None:
        self.units["write unit"] += _kilobytes(item, 1)
        for names in _INDEXES.get(table, ()):
            before, after = (tuple(one.get(name, {}).get("S") for name in names) for one in (old, item))
            if before != after:  # taken out of the index, put into it, or both
                self.units["write unit"] += (None not in before) + (None not in after)


def _kilobytes(item: Mapping[str, Any], size: int) -> int:
    return max(1, -(-_bytes({"M": item}) // (1024 * size)))


def _bytes(attribute: Mapping[str, Any]) -> int:
    """As DynamoDB counts: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""
    [(kind, value)] = attribute.items()
    if kind == "M":
        return 3 + sum(len(name.encode()) + 1 + _bytes(one) for name, one in value.items())
    if kind == "L":
        return 3 + sum(1 + _bytes(one if len(one) == 1 else {"M": one}) for one in value)
    if kind == "SS":
        return 3 + sum(len(one.encode()) for one in value)
    if kind == "N":
        return len(value.strip("-0.")) // 2 + 2
    return len(value.encode()) if isinstance(value, str) else 1
