"""The client that takes JSON as it is answers just what botocore's own does, bytes and errors among it."""

import pytest
from botocore.serialize import JSONSerializer

from chalicelib.storage.answers import dynamodb_client
from chalicelib.storage.items import pack, unpack

ITEM = {
    "id": "c-1",
    "text": "ü 🎂 \u2028",
    "whole": 12,
    "part": 1.5,
    "yes": True,
    "list": ["a", 1, {"b": [None]}],
    "map": {"x": {"y": "z"}},
    "set": frozenset({"a", "b"}),
    "bytes": b"\x00\xff\x10",
}


@pytest.fixture
def table(dynamodb):
    """The name of a table whose key is `id`."""
    [name] = [one for one in dynamodb.list_tables()["TableNames"] if "ustomers" in one]
    return name


def test_what_is_written_is_read_back_whichever_client_reads(dynamodb, table):
    client = dynamodb_client()
    client.put_item(TableName=table, Item=pack(ITEM))

    for reader in (client, dynamodb):
        assert unpack(reader.get_item(TableName=table, Key=pack({"id": "c-1"}))["Item"]) == ITEM
        assert [unpack(item) for item in reader.scan(TableName=table)["Items"]] == [ITEM]


def test_the_answer_is_botocores_but_for_bytes(dynamodb, table):
    item = {name: value for name, value in ITEM.items() if name not in {"bytes", "set"}}
    dynamodb.put_item(TableName=table, Item=pack(item))
    asked = {"RequestItems": {table: {"Keys": [pack({"id": "c-1"})], "ConsistentRead": True}}}

    ours, theirs = dynamodb_client().batch_get_item(**asked), dynamodb.batch_get_item(**asked)

    assert ours["Responses"] == theirs["Responses"]
    assert ours["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_refused_condition_is_the_same_error(dynamodb, table):
    client = dynamodb_client()
    client.put_item(TableName=table, Item=pack(ITEM))

    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as refused:
        client.put_item(TableName=table, Item=pack(ITEM), ConditionExpression="attribute_not_exists(id)")

    assert refused.value.response["Error"]["Code"] == "ConditionalCheckFailedException"


def test_the_reasons_of_a_cancelled_transaction_can_be_read(dynamodb, table):
    client = dynamodb_client()
    client.put_item(TableName=table, Item=pack(ITEM))
    put = {"TableName": table, "Item": pack(ITEM), "ConditionExpression": "attribute_not_exists(id)"}

    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        client.transact_write_items(TransactItems=[{"Put": put}])

    assert [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]] == ["ConditionalCheckFailed"]


def test_botocore_still_has_what_is_put_in_its_place(dynamodb, table):
    """Where it has not, all works as before, only slower: then this test says so."""
    client = dynamodb_client()
    client.put_item(TableName=table, Item=pack(ITEM))

    assert type(client._serializer) is not JSONSerializer
    assert isinstance(client.get_item(TableName=table, Key=pack({"id": "c-1"}))["Item"]["bytes"]["B"], str)
