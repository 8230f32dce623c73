"""One fresh table of the template on MiniStack: quicker than all of them where a suite needs only one."""

from functools import cache
from itertools import count
from typing import Any

from tests.infra import tables

_numbers = count(1)


@cache
def client_of(emulator: Any) -> Any:
    """One DynamoDB client for the run: making one costs more than a test."""
    return emulator.client("dynamodb")


def fresh_table(dynamodb: Any, logical_id: str) -> str:
    """Create the table under a name of its own; the name."""
    name = f"{logical_id}-alone-{next(_numbers)}"
    dynamodb.create_table(TableName=name, **tables()[logical_id])
    return name
