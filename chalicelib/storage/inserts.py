"""How many items are written at once without overwriting: PartiQL INSERT fails where the key exists.

BatchWriteItem has no conditions; 25 INSERTs in one BatchExecuteStatement cost what 25 single writes cost.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.storage.batching import run_statements
from chalicelib.storage.items import pack


class StatementRefused(Exception):
    """DynamoDB refused a statement for another reason than that the item exists. The caller's own retry takes over."""


def insert_absent(client: Any, table: str, items: Sequence[Mapping[str, Any]]) -> set[int]:
    """Write each item whose key is free, any number; the places of those that existed already.

    Args:
        client: DynamoDB.
        table: where to.
        items: plain values with their keys; the keys of one call must differ.
    """
    answers = run_statements(client, [insert_statement(table, item) for item in items])
    there = set()
    for place, answer in enumerate(answers):
        error = answer.get("Error")
        if error is None:
            continue
        if error.get("Code") not in {"DuplicateItem", "ConditionalCheckFailed"}:
            raise StatementRefused(f"{table}: {error.get('Code')}: {error.get('Message')}")
        there.add(place)
    return there


def insert_statement(table: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """The statement that writes an item of plain values if its key is free."""
    packed = pack(item)
    names = ", ".join(f"'{name}': ?" for name in packed)
    return {"Statement": f'INSERT INTO "{table}" VALUE {{{names}}}', "Parameters": list(packed.values())}
