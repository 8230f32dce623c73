"""How one item is written under the revision that was read: the attribute `rev`, one more with each write."""

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import StaleRevision
from chalicelib.storage.items import pack


def put_under_revision(client: Any, table: str, key: str, item: Mapping[str, Any], revision: int, what: str) -> None:
    """Replace the item if its `rev` is still `revision`; 0: if there is none. It is written with the next `rev`.

    Args:
        client: DynamoDB.
        table: where to.
        key: the name of the partition key, to ask whether the item exists.
        item: plain values with the key, without `rev`.
        revision: as it was read.
        what: for the error, such as "customer 'c-1'".

    Raises:
        StaleRevision: somebody else wrote it since. So does our own write whose answer was lost and which the SDK
            repeated: reading again tells.
    """
    request: dict[str, Any] = {"TableName": table, "Item": pack({**item, "rev": revision + 1})}
    if revision == 0:
        request["ConditionExpression"] = "attribute_not_exists(#key)"
        request["ExpressionAttributeNames"] = {"#key": key}
    else:
        request["ConditionExpression"] = "rev = :revision"
        request["ExpressionAttributeValues"] = {":revision": {"N": str(revision)}}
    try:
        client.put_item(**request)
    except client.exceptions.ConditionalCheckFailedException as error:
        raise StaleRevision(f"The {what} was changed by somebody else since it was read. Read it and retry.") from error
