"""How products lie in their table: one item by sku."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.products import Product
from chalicelib.storage.batching import read_items
from chalicelib.storage.conditional import put_under_revision
from chalicelib.storage.items import unpack
from chalicelib.storage.revised import put_many_revised

_RECENT_SECONDS = 10.0
_SAME = ("sku", "name", "category", "brand", "price", "cost", "compare_at_price", "stock", "image_url", "url")


class ProductsTable:
    """`ports.Products` on DynamoDB. Reads by sku are consistent; `all` lags by moments."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._read: tuple[float, list[Product]] | None = None

    def get(self, sku: str) -> Product | None:
        """One product."""
        answer = self._client.get_item(TableName=self._table, Key={"sku": {"S": sku}}, ConsistentRead=True)
        return _from_item(unpack(answer["Item"])) if "Item" in answer else None

    def get_many(self, skus: Sequence[str]) -> dict[str, Product]:
        """Those that exist, by sku."""
        wanted = [{"sku": {"S": sku}} for sku in dict.fromkeys(skus)]
        found = (_from_item(unpack(item)) for item in read_items(self._client, self._table, wanted))
        return {product.sku: product for product in found}

    def put(self, product: Product) -> Product:
        """Write under the revision. Raises: StaleRevision."""
        item = _to_item(product)
        put_under_revision(self._client, self._table, "sku", item, product.revision, f"product {product.sku!r}")
        return replace(product, revision=product.revision + 1)

    def put_many(self, products: Sequence[Product]) -> set[str]:
        """25 a request. The skus of those that somebody else wrote since."""
        items = [(_to_item(product), product.revision) for product in products]
        return {products[place].sku for place in put_many_revised(self._client, self._table, "sku", items)}

    def recent(self) -> list[Product]:
        """All, read again after ten seconds: senders look at them for each batch."""
        now = time.monotonic()
        if self._read is None or now - self._read[0] > _RECENT_SECONDS:
            self._read = now, list(self.all())
        return self._read[1]

    def all(self) -> Iterator[Product]:
        """Every product, in the order of the table."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._table)
        return (_from_item(unpack(item)) for page in pages for item in page["Items"])


def _to_item(product: Product) -> dict[str, Any]:
    """Every attribute is named, with None where it has no value."""
    return {
        **{name: getattr(product, name) for name in _SAME},
        "launched_at": product.launched_at.isoformat() if product.launched_at else None,
        "as_of": product.as_of.isoformat() if product.as_of else None,
        "attributes": dict(product.attributes) or None,
    }


def _from_item(values: Mapping[str, Any]) -> Product:
    launched_at, as_of = values.get("launched_at"), values.get("as_of")
    return Product(
        **{name: values[name] for name in _SAME if name in values},
        launched_at=datetime.fromisoformat(launched_at) if launched_at else None,
        attributes=values.get("attributes", {}),
        as_of=datetime.fromisoformat(as_of) if as_of else None,
        revision=values["rev"],
    )
