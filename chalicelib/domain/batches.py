"""How an audience becomes batches: grouped by due time, at most 400 people, under ids that a repeat finds again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from chalicelib.domain.messages import Batch, Message, Row
from chalicelib.domain.variants import variant_of

# Mails that go one a call keep many senders busy at once; of those that go fifty a call one sender takes more, and what
# is read and written once a batch counts less (docs/decisions/0025).
BATCH_SIZE, BULK_BATCH_SIZE = 50, 400


def batch_id(*parts: object) -> str:
    """A short name made of the facts that make the batch: the same facts are the same batch."""
    return sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


def group_into_batches(
    message: Message, page: int, people: Iterable[tuple[str, datetime]], size: int = BATCH_SIZE
) -> list[Batch]:
    """Batches of one frozen page of the plan.

    Args:
        message: what they get.
        page: number of the page; part of the ids.
        people: (customer id, due instant), in the page's order.
        size: of a batch at most. It decides the ids, so it is frozen with the page.
    """
    groups: dict[tuple[datetime, str], list[str]] = {}
    for customer_id, due in people:
        variant = variant_of(message.variants, message.name, customer_id) or ""
        groups.setdefault((due, variant), []).append(customer_id)
    return [
        Batch(
            message_id=message.id,
            id=batch_id(message.id, page, due.isoformat(), start, *([variant] if variant else [])),
            people=tuple(ids[start : start + size]),
            due_at=due,
            stream=message.stream,
            variant=variant or None,
        )
        for (due, variant), ids in sorted(groups.items())
        for start in range(0, len(ids), size)
    ]


def deferred_rows(batch: Batch, waiting: Sequence[tuple[str, datetime, str]], at: datetime) -> list[Row]:
    """The rows of those of `batch` who are due later: (customer id, due instant, what they wait for).

    Each row names the batch that takes the person over, and its time.

    The rows are what holds: whoever finds them writes the batches (`batches_of_deferred`). So a sender that dies
    between the two, or in the middle of either, hands nobody to two batches and nobody to none.
    """
    groups: dict[tuple[datetime, str], list[str]] = {}
    for customer_id, until, why in waiting:
        groups.setdefault((until, why), []).append(customer_id)
    return [
        Row(
            message_id=batch.message_id,
            batch_id=batch.id,
            customer_id=customer_id,
            status="deferred",
            reason=until.isoformat(),
            at=at,
            waits_for=why,
            deferred_to=batch_id(batch.id, until.isoformat(), *ids),
            variant=batch.variant,
        )
        for (until, why), ids in sorted(groups.items())
        for customer_id in ids
    ]


def batches_of_deferred(batch: Batch, rows: Iterable[Row]) -> list[Batch]:
    """The batches that the deferred ones among the rows of `batch` name."""
    groups: dict[tuple[datetime, str, str], list[str]] = {}
    for row in rows:
        if row.status == "deferred" and row.deferred_to is not None:
            later = (datetime.fromisoformat(row.reason), row.deferred_to, row.waits_for)
            groups.setdefault(later, []).append(row.customer_id)
    return [
        Batch(
            message_id=batch.message_id,
            id=id_,
            people=tuple(sorted(ids)),
            due_at=until,
            stream=batch.stream,
            variant=batch.variant,
            waits_for=why,
        )
        for (until, id_, why), ids in sorted(groups.items())
    ]
