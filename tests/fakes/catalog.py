"""The catalog in memory, under a lock, obeying ports.Catalog. Bodies go through JSON, as in the table."""

import json
from dataclasses import replace
from threading import RLock

from chalicelib.domain.offers import Offer
from chalicelib.domain.shop import Shop
from chalicelib.errors import StaleRevision
from chalicelib.ports import Document
from chalicelib.storage.catalog import offer_of, shop_of


class MemoryCatalog:
    """Documents by kind and name."""

    def __init__(self, *documents: Document) -> None:
        self.items: dict[tuple[str, str], Document] = {}
        self.writes = 0
        self._lock = RLock()
        for document in documents:
            self.put(replace(document, revision=0))

    def get(self, kind: str, name: str) -> Document | None:
        return self.items.get((kind, name))

    def put(self, document: Document) -> Document:
        with self._lock:
            stored = self.items.get((document.kind, document.name))
            if (stored.revision if stored else 0) != document.revision:
                raise StaleRevision(f"{document.kind} {document.name!r}")
            self.writes += 1
            body = json.loads(json.dumps(document.body, allow_nan=False))
            fresh = replace(document, body=body, revision=document.revision + 1)
            self.items[document.kind, document.name] = fresh
            return fresh

    def list(self, kind: str) -> list[Document]:
        return [self.items[key] for key in sorted(self.items) if key[0] == kind]

    def delete(self, kind: str, name: str) -> None:
        with self._lock:
            self.items.pop((kind, name), None)

    def shop(self) -> Shop:
        return shop_of(self.get("shop", "shop"))

    def offer(self, name: str, shop: Shop | None = None) -> Offer | None:
        document = self.get("offer", name)
        return offer_of(document, shop or self.shop()) if document else None
