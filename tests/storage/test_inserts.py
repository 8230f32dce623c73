"""Many items at once, none over another: proved on MiniStack, since moto has no such PartiQL."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from chalicelib.storage.inserts import StatementRefused, insert_absent
from chalicelib.storage.items import unpack
from tests.storage.sending_cases import at_once


@pytest.fixture
def client(sends_table: tuple[Any, str]) -> Any:
    return sends_table[0]


@pytest.fixture
def table(sends_table: tuple[Any, str]) -> str:
    return sends_table[1]


def items(client: Any, table: str) -> dict[str, Any]:
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    found = [unpack(item) for page in pages for item in page["Items"]]
    return {item["sk"]: item for item in found}


def item(number: int, **fields: Any) -> dict[str, Any]:
    return {"pk": "p", "sk": f"s{number:03}", **fields}


def test_nothing_to_write_is_nothing(client, table):
    assert insert_absent(client, table, []) == set()


def test_every_kind_of_value_arrives(client, table):
    written = item(
        1, text='it\'s "quoted" — ?', count=-3, share=0.25, yes=True, names=["a", {"b": [1]}], empty="", stream="x"
    )

    assert insert_absent(client, table, [written]) == set()

    assert items(client, table) == {"s001": written}


def test_any_number_is_written_and_the_places_of_those_that_were_there_are_told(client, table):
    insert_absent(client, table, [item(n, by="first") for n in (0, 24, 25, 59)])

    there = insert_absent(client, table, [item(n, by="second") for n in range(60)])

    assert there == {0, 24, 25, 59}
    found = items(client, table)
    assert len(found) == 60
    assert {n for n in range(60) if found[f"s{n:03}"]["by"] == "first"} == there


def test_of_writers_at_once_each_item_has_one(client, table):
    taken = at_once(
        lambda writer: insert_absent(client, table, [item(n, by=writer) for n in range(30)]), ["a", "b", "c", "d"]
    )

    found = items(client, table)
    for writer, there in zip("abcd", taken, strict=True):
        assert {n for n in range(30) if found[f"s{n:03}"]["by"] != writer} == there


def test_another_refusal_rises_and_is_never_taken_for_one_that_exists():
    """A8."""
    client = boto3.client("dynamodb", region_name="eu-west-1")
    with Stubber(client) as stub:
        refusal = {"Error": {"Code": "ValidationError", "Message": "too large"}}
        stub.add_response("batch_execute_statement", {"Responses": [{}, refusal]})

        with pytest.raises(StatementRefused, match="Sends: ValidationError: too large"):
            insert_absent(client, "Sends", [item(1), item(2)])


def test_throttled_statements_are_sent_again_by_themselves(monkeypatch):
    """A8."""
    monkeypatch.setattr("chalicelib.storage.batching._FIRST_PAUSE", 0.0)
    client = boto3.client("dynamodb", region_name="eu-west-1")
    with Stubber(client) as stub:
        throttled, there = {"Error": {"Code": "ThrottlingError"}}, {"Error": {"Code": "DuplicateItem"}}
        stub.add_response("batch_execute_statement", {"Responses": [{}, throttled, there, throttled]})
        stub.add_response("batch_execute_statement", {"Responses": [there, {}]})

        assert insert_absent(client, "Sends", [item(n) for n in range(4)]) == {1, 2}

        stub.assert_no_pending_responses()
