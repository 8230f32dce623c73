"""Starts the new-product mail as products appear."""

import logging
from typing import Any

from chalicelib.ports import App
from chalicelib.services.announce_product import announce_product
from chalicelib.wiring import get_app

logger = logging.getLogger(__name__)


def announce_products(event: dict[str, Any]) -> dict[str, Any]:
    """Announce each product of the stream's records, as it is now.

    One that fails does not keep the others from their turn. The answer names the first that failed: the stream comes
    again from there, and announcing again changes nothing.
    """
    app = get_app()
    failed = [record for record in event["Records"] if not _announced(app, record)]
    return {"batchItemFailures": [{"itemIdentifier": failed[0]["dynamodb"]["SequenceNumber"]}] if failed else []}


def _announced(app: App, record: Any) -> bool:
    try:
        product = app.products.get(record["dynamodb"]["Keys"]["sku"]["S"])
        if product is not None:
            announce_product(app, product)
    except Exception:  # noqa: BLE001 - one product's failure must not take the others along
        logger.exception("a record of the products' stream failed")
        return False
    return True
