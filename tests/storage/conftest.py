"""The stores of the Sends table, in memory and on one table of MiniStack that is emptied before each test."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.local.emulator import Emulator
from tests.infra import tables
from tests.storage.sending_cases import Stores, in_memory, on_table

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def sends_client(emulator: Emulator) -> Iterator[tuple[Any, str]]:
    """A client, and the name of a Sends table as infra describes it."""
    client, name = emulator.client("dynamodb"), f"Sends-of-stores-{next(_numbers)}"
    client.create_table(TableName=name, **tables()["Sends"])
    yield client, name
    client.close()


@pytest.fixture
def sends_table(sends_client: tuple[Any, str]) -> tuple[Any, str]:
    """The same, empty: far quicker than a fresh one for each test."""
    client, name = sends_client
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    for page in pages:
        for item in page["Items"]:
            client.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
    return client, name


@pytest.fixture(params=["memory", "ministack"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """The four stores of the Sends table: the memory fakes, then the real ones."""
    if request.param == "memory":
        return in_memory()
    return on_table(*request.getfixturevalue("sends_table"))
