"""Expressions of the sending stores name no reserved word: AWS refuses them, MiniStack does not."""

import re
from typing import Any

import pytest
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from chalicelib.domain.message_states import moved
from tests.storage.sending_cases import MINUTE, NOW, batch, message, on_table, row

# Words of the language itself: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
SYNTAX = {"SET", "REMOVE", "ADD", "AND", "OR", "ATTRIBUTE_EXISTS", "ATTRIBUTE_NOT_EXISTS"}
EXPRESSIONS = ("UpdateExpression", "ConditionExpression", "KeyConditionExpression", "ProjectionExpression")


@pytest.fixture
def names(sends_table: tuple[Any, str]) -> Any:
    """Every attribute that an expression names without a placeholder, gathered while the test runs."""
    client, _ = sends_table
    found: set[str] = set()

    def gather(params: dict[str, Any], **_: Any) -> None:
        for expression in (params.get(name, "") for name in EXPRESSIONS):
            found.update(re.findall(r"(?<![:#\w])[A-Za-z]\w*", expression))

    client.meta.events.register("before-parameter-build.dynamodb", gather)
    yield found
    client.meta.events.unregister("before-parameter-build.dynamodb", gather)


def test_no_expression_names_a_reserved_word(sends_table, names):
    stores: Any = on_table(*sends_table)
    stores.messages.create(message(), NOW)
    found = stores.messages.get("c.spring")
    assert found is not None
    paused = stores.messages.move(moved(found, "paused", "late", NOW), due_at=NOW)
    stores.messages.move(moved(paused, "planning", "", NOW))
    stores.messages.beat("c.spring", NOW)
    stores.messages.of("c", "spring")
    stores.batches.create_many([batch(), batch("b2")])
    stores.batches.due(NOW, 10)
    stores.batches.postpone("c.spring", "b1", NOW, NOW + MINUTE)
    leased = [stores.batches.lease(each, "one", NOW, NOW + MINUTE) for each in stores.batches.of("c.spring")]
    stores.batches.mark(leased[0], [("ann", "m-ann")])
    stores.batches.finish(leased[0])
    stores.batches.hand_back(leased[1], NOW)
    stores.rows.record([row()])
    stores.rows.merge(row(delivery="delivered"))
    stores.rows.of("c.spring", "b1")
    stores.rows.keys_of("ann")
    stores.messages.postpone("c.spring", NOW, NOW + MINUTE)
    for _ in range(2):
        stores.pace.save(stores.pace.load())

    assert {"due_at", "lease", "revision", "deaths", "customer_id"} <= names
    reserved = set(ReservedKeywords.get_reserved_keywords())
    assert {name for name in names if name.upper() in reserved - SYNTAX} == set()
