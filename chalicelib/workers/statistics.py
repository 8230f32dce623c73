"""What the stream of orders sets off: each customer whose orders changed is brought up to date, once a batch."""

import logging
from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.ports import App
from chalicelib.services.refresh_many import refresh_many
from chalicelib.wiring import get_app

logger = logging.getLogger(__name__)
_CUSTOMER = "C#"  # pk of headers; the lines of an order say nothing that its header does not
_LINES = "O#"


def refresh_statistics(event: Mapping[str, Any]) -> dict[str, Any]:
    """Refresh every customer of a batch of stream records; the lowest sequence number that failed goes back.

    The stream comes again from there, and bisects until a record that cannot be worked off stands alone.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    app = get_app()
    customers: dict[str, str] = {}  # id -> sequence number of its first record
    failed: list[str] = []
    for record in event["Records"]:
        try:
            number, customer_id = _read(record)
        except (KeyError, TypeError, ValueError, AttributeError):
            logger.exception("a record of the orders stream is malformed")
            failed.append(_number(record))
        else:
            if customer_id is not None:
                customers.setdefault(customer_id, number)
    failed += [customers[customer_id] for customer_id in _not_refreshed(app, customers)]
    return {"batchItemFailures": [{"itemIdentifier": min(failed, key=int)}] if failed else []}


def _read(record: Mapping[str, Any]) -> tuple[str, str | None]:
    """Sequence number and customer id; None for the lines of an order."""
    change = record["dynamodb"]
    key = change["Keys"]["pk"]["S"]
    if key.startswith(_LINES):
        return str(change["SequenceNumber"]), None
    if not key.startswith(_CUSTOMER):
        raise ValueError("neither a header nor lines of an order")
    return str(change["SequenceNumber"]), key.removeprefix(_CUSTOMER)


def _number(record: Any) -> str:
    """The sequence number of a malformed record; without one the whole batch has to come again."""
    return str(record["dynamodb"]["SequenceNumber"])


def _not_refreshed(app: App, customers: Collection[str]) -> list[str]:
    """Refresh all together; where that fails, one by one, so that one customer holds back no other."""
    try:
        refresh_many(app, customers)
    except Exception:  # noqa: BLE001 - whatever it is, all others are tried by themselves
        logger.exception("%d customers could not be refreshed together", len(customers))
        return [customer_id for customer_id in customers if not _refreshed(app, customer_id)]
    return []


def _refreshed(app: App, customer_id: str) -> bool:
    try:
        refresh_many(app, [customer_id])
    except Exception:  # noqa: BLE001 - the stream must know where to go on
        logger.exception("the statistics of one customer could not be refreshed")
        return False
    return True
