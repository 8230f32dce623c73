"""What the suites of the sending stores share: the four stores over one table or in memory, and things to put in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.messages import Batch, Message, Row
from chalicelib.ports import Batches, Messages, Pace, Rows
from chalicelib.storage.batches import BatchesTable
from chalicelib.storage.messages import MessagesTable
from chalicelib.storage.pace import PaceItem
from chalicelib.storage.rows import RowsTable
from tests.fakes.sends import MemoryBatches, MemoryDue, MemoryMessages, MemoryPace, MemoryRows

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Stores:
    """The stores of one Sends table."""

    messages: Messages
    batches: Batches
    rows: Rows
    pace: Pace


def in_memory() -> Stores:
    due = MemoryDue()
    return Stores(MemoryMessages(due), MemoryBatches(due), MemoryRows(due), MemoryPace())


def on_table(client: Any, table: str) -> Stores:
    return Stores(
        MessagesTable(client, table), BatchesTable(client, table), RowsTable(client, table), PaceItem(client, table)
    )


def message(message_id: str = "c.spring", **fields: Any) -> Message:
    source = {"c": "campaign", "f": "flow"}[message_id[0]]
    values = {
        "source": source,
        "name": message_id.split(".")[1],
        "once_key": message_id,
        "template": "spring",
        "versions": {"en": "v1"},
        "created_at": NOW,
    }
    return Message(id=message_id, **{**values, **fields})


def batch(batch_id: str = "b1", **fields: Any) -> Batch:
    return Batch(**{"message_id": "c.spring", "id": batch_id, "people": ("ann", "bob"), "due_at": NOW, **fields})


def row(customer_id: str = "ann", status: Any = "sent", **fields: Any) -> Row:
    values = {"message_id": "c.spring", "batch_id": "b1", "at": NOW}
    return Row(**{**values, "customer_id": customer_id, "status": status, **fields})


def at_once(work: Any, over: Any) -> list[Any]:
    """Call `work` on each thing in a thread of its own, all at the same time; the answers in order."""
    things = list(over)
    with ThreadPoolExecutor(len(things)) as threads:
        return list(threads.map(work, things))
