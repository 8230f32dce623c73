"""How many items go in one request, and how what DynamoDB leaves undone is tried again.

Batch requests answer with `UnprocessedKeys`, `UnprocessedItems` or an error per statement where a table is throttled:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.BatchOperations
They are tried again after a growing, jittered pause.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from chalicelib.storage.items import Attribute

T = TypeVar("T")
Sleep = Callable[[float], None]

READS_PER_REQUEST = 100
WRITES_PER_REQUEST = 25
STATEMENTS_PER_REQUEST = 25
_ATTEMPTS = 10
_FIRST_PAUSE = 0.05  # seconds
_LONGEST_PAUSE = 5.0

# Statement errors that say "not now", as against "not so": nothing was written, the same statement may be sent again.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html
_NOT_NOW = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)


class StillThrottled(Exception):
    """DynamoDB left work undone after every attempt. The caller's own retry (the queue) takes over."""


def chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things in lists of `size`, the last one shorter."""
    iterator = iter(things)
    while chunk := list(islice(iterator, size)):
        yield chunk


def read_items(
    client: Any, table: str, keys: Iterable[dict[str, Attribute]], *, consistent: bool = True, sleep: Sleep = time.sleep
) -> Iterator[dict[str, Attribute]]:
    """Those of the items that exist, in no order; any number. The keys must differ.

    Raises:
        StillThrottled: some could not be read.
    """
    for chunk in chunks(keys, READS_PER_REQUEST):
        waiting: list[dict[str, Attribute]] = chunk
        for pause in _pauses():
            request = {table: {"Keys": waiting, "ConsistentRead": consistent}}
            answer = client.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(table, ())
            waiting = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            if not waiting:
                break
            sleep(pause)
        else:
            raise StillThrottled(f"{len(waiting)} items of {table} could not be read")


def write_items(client: Any, table: str, requests: Iterable[dict[str, Any]], *, sleep: Sleep = time.sleep) -> None:
    """Do any number of unconditional `PutRequest`s or `DeleteRequest`s. Their keys must differ.

    Raises:
        StillThrottled: some could not be written.
    """
    for chunk in chunks(requests, WRITES_PER_REQUEST):
        waiting: list[dict[str, Any]] = chunk
        for pause in _pauses():
            answer = client.batch_write_item(RequestItems={table: waiting})
            waiting = answer.get("UnprocessedItems", {}).get(table, [])
            if not waiting:
                break
            sleep(pause)
        else:
            raise StillThrottled(f"{len(waiting)} items of {table} could not be written")


def run_statements(
    client: Any, statements: Sequence[dict[str, Any]], *, sleep: Sleep = time.sleep
) -> list[dict[str, Any]]:
    """Run PartiQL statements, 25 a request, and give the answer of each, in order.

    A statement whose condition failed has `answer["Error"]["Code"] == "ConditionalCheckFailed"` (with the item where
    `ReturnValuesOnConditionCheckFailure` asked for it), one that inserts what is there `DuplicateItem`. Statements
    that were only throttled are sent again. Each of one call must address another item, as DynamoDB demands.

    Raises:
        StillThrottled: some were refused for throttling until the end.
    """
    answers: list[dict[str, Any]] = []
    for chunk in chunks(statements, STATEMENTS_PER_REQUEST):
        answers.extend(_run_chunk(client, chunk, sleep))
    return answers


def _run_chunk(client: Any, statements: list[dict[str, Any]], sleep: Sleep) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = [{}] * len(statements)
    waiting = list(range(len(statements)))
    for pause in _pauses():
        batch = client.batch_execute_statement(Statements=[statements[place] for place in waiting])
        for place, answer in zip(waiting, batch["Responses"], strict=True):
            answers[place] = answer
        waiting = [place for place in waiting if answers[place].get("Error", {}).get("Code") in _NOT_NOW]
        if not waiting:
            return answers
        sleep(pause)
    raise StillThrottled(f"{len(waiting)} statements were refused for throttling")


def _pauses() -> Iterator[float]:
    """Seconds to wait after each attempt: doubling, each between half of it and all of it."""
    pause = _FIRST_PAUSE
    for _ in range(_ATTEMPTS):
        yield pause * (0.5 + secrets.randbelow(1000) / 2000)
        pause = min(2 * pause, _LONGEST_PAUSE)
