"""How small things lie in the Catalog table: one item by kind and name, the body as JSON text.

A text, and not DynamoDB's own maps: those end at 32 levels and forget whether 3.0 was a fraction.
"""

import json
from dataclasses import replace
from typing import Any

from chalicelib.domain.offers import Offer, offer_from_fields
from chalicelib.domain.shop import Shop, shop_from_fields
from chalicelib.errors import MissingSetting, TooLarge
from chalicelib.ports import Document
from chalicelib.storage.conditional import put_under_revision
from chalicelib.storage.items import Attribute, pack

MAX_BODY = 350_000  # bytes of UTF-8; an item ends at 400 KB


class CatalogTable:
    """`ports.Catalog` on DynamoDB. Every read is consistent: what was saved holds at once."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, kind: str, name: str) -> Document | None:
        """One thing."""
        answer = self._client.get_item(
            TableName=self._table, Key=pack({"kind": kind, "name": name}), ConsistentRead=True
        )
        return _from_item(answer["Item"]) if "Item" in answer else None

    def put(self, document: Document) -> Document:
        """Write under the revision. Raises: StaleRevision, TooLarge."""
        body = json.dumps(document.body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        if (size := len(body.encode())) > MAX_BODY:
            raise TooLarge(f"The {document.kind} {document.name!r} has {size} bytes; the limit is {MAX_BODY}.")
        item = {"kind": document.kind, "name": document.name, "body": body}
        what = f"{document.kind} {document.name!r}"
        put_under_revision(self._client, self._table, "kind", item, document.revision, what)
        return replace(document, revision=document.revision + 1)

    def list(self, kind: str) -> list[Document]:
        """All of one kind, by name."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="kind = :kind",
            ExpressionAttributeValues=pack({":kind": kind}),
            ConsistentRead=True,
        )
        return [_from_item(item) for page in pages for item in page["Items"]]

    def delete(self, kind: str, name: str) -> None:
        """Take it away."""
        self._client.delete_item(TableName=self._table, Key=pack({"kind": kind, "name": name}))

    def shop(self) -> Shop:
        """The shop's settings. Raises: MissingSetting."""
        return shop_of(self.get("shop", "shop"))

    def offer(self, name: str, shop: Shop | None = None) -> Offer | None:
        """One offer, in the currency and zone of the shop; without one given, it is read, too."""
        document = self.get("offer", name)
        return offer_of(document, shop or self.shop()) if document else None


def shop_of(document: Document | None) -> Shop:
    """The shop that a document holds.

    Raises:
        MissingSetting: there is none yet.
    """
    if document is None:
        raise MissingSetting("The shop has no settings yet: PUT /v1/shop with name, from, postal_address, links_url.")
    return shop_from_fields(None, document.body)


def offer_of(document: Document, shop: Shop) -> Offer:
    """The offer that a document holds."""
    return offer_from_fields(document.name, document.body, shop.currency, shop.zone)


def _from_item(item: dict[str, Attribute]) -> Document:
    body = json.loads(item["body"]["S"])
    return Document(kind=item["kind"]["S"], name=item["name"]["S"], body=body, revision=int(item["rev"]["N"]))
