"""Many items under their revisions, in one request of 25 statements."""

from typing import Any

import pytest

from chalicelib.storage.inserts import StatementRefused
from chalicelib.storage.revised import put_many_revised
from tests.storage.one_table import client_of, fresh_table


@pytest.fixture
def client(emulator):
    return client_of(emulator)


class Counted:
    """A client that counts its requests, and answers the first one as told."""

    def __init__(self, client: Any, answer: Any = None) -> None:
        self._client, self._answer, self.requests = client, answer, 0

    def batch_execute_statement(self, **request: Any) -> Any:
        self.requests += 1
        return self._answer or self._client.batch_execute_statement(**request)


def item(number, **values):
    return {"sku": f"s{number}", "name": None, "price": None, **values}


def test_new_and_changed_ones_go_together_25_a_request_and_each_is_told_apart(client):
    table, counted = fresh_table(client, "Products"), Counted(client)
    assert put_many_revised(counted, table, "sku", [(item(n, price=n), 0) for n in range(40)]) == set()

    mixed = [(item(n, name="x"), 1 if n % 2 else 7) for n in range(40)] + [(item(n), 0) for n in (39, 40)]
    assert put_many_revised(counted, table, "sku", mixed) == {*range(0, 40, 2), 40}
    assert counted.requests == 4
    stored = {one["sku"]["S"]: one for one in client.scan(TableName=table)["Items"]}
    assert stored["s1"] == {"sku": {"S": "s1"}, "name": {"S": "x"}, "rev": {"N": "2"}}
    assert stored["s2"] == {"sku": {"S": "s2"}, "price": {"N": "2"}, "rev": {"N": "1"}}
    assert stored["s40"] == {"sku": {"S": "s40"}, "rev": {"N": "1"}}


def test_an_item_that_is_gone_is_not_written_again(client):
    table = fresh_table(client, "Products")

    assert put_many_revised(client, table, "sku", [(item(1, name="x"), 3)]) == {0}
    assert client.scan(TableName=table)["Items"] == []


def test_another_refusal_rises(client):
    answer = {"Responses": [{"Error": {"Code": "ValidationError", "Message": "too large"}}]}

    with pytest.raises(StatementRefused, match="ValidationError: too large"):
        put_many_revised(Counted(client, answer), "T", "sku", [(item(1), 1)])


def test_nothing_is_no_request(client):
    counted = Counted(client)

    assert put_many_revised(counted, "T", "sku", []) == set()
    assert counted.requests == 0
