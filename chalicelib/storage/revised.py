"""How many items are written at once under the revisions that were read: 25 conditional statements in one request.

BatchWriteItem has no conditions, and a transaction costs double. What a PartiQL UPDATE does not name stays, so an
attribute without a value is taken away by its name: whoever packs an item names all that it may have.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.storage.batching import run_statements
from chalicelib.storage.inserts import StatementRefused, insert_statement
from chalicelib.storage.items import pack, pack_value

_STALE = frozenset({"ConditionalCheckFailed", "DuplicateItem"})


def put_many_revised(client: Any, table: str, key: str, items: Sequence[tuple[Mapping[str, Any], int]]) -> set[int]:
    """Write each item whose `rev` is still the revision; 0: whose key is free. The places of the others.

    Args:
        client: DynamoDB.
        table: where to.
        key: the name of the partition key.
        items: every attribute that such an item may have, None where it has no value, without `rev`; and the
            revision. The keys of one call must differ.

    Raises:
        StatementRefused: for another reason than that somebody else wrote the item.
    """
    statements = [_statement(table, key, item, revision) for item, revision in items]
    stale = set()
    for place, answer in enumerate(run_statements(client, statements)):
        error = answer.get("Error")
        if error is None:
            continue
        if error.get("Code") not in _STALE:
            raise StatementRefused(f"{table}: {error.get('Code')}: {error.get('Message')}")
        stale.add(place)
    return stale


def _statement(table: str, key: str, item: Mapping[str, Any], revision: int) -> dict[str, Any]:
    if revision == 0:
        return insert_statement(table, {**item, "rev": 1})
    values = pack({**{name: value for name, value in item.items() if name != key}, "rev": revision + 1})
    changes = [f'SET "{name}" = ?' for name in values]
    changes += [f'REMOVE "{name}"' for name, value in item.items() if value is None]
    return {
        # Table and attributes are our own names, never a caller's text.
        "Statement": f'UPDATE "{table}" {" ".join(changes)} WHERE "{key}" = ? AND "rev" = ?',  # noqa: S608
        "Parameters": [*values.values(), pack_value(item[key]), pack_value(revision)],
    }
