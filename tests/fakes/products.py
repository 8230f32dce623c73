"""Products in memory, under a lock, obeying ports.Products."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import RLock

from chalicelib.domain.products import Product
from chalicelib.errors import StaleRevision


class MemoryProducts:
    """Products by sku. `writes` counts what was written."""

    def __init__(self, *products: Product) -> None:
        self.items: dict[str, Product] = {}
        self.writes = 0
        self._lock = RLock()
        self.put_many([replace(product, revision=0) for product in products])

    def get(self, sku: str) -> Product | None:
        return self.items.get(sku)

    def get_many(self, skus: Sequence[str]) -> dict[str, Product]:
        return {sku: self.items[sku] for sku in skus if sku in self.items}

    def put(self, product: Product) -> Product:
        with self._lock:
            stored = self.items.get(product.sku)
            if (stored.revision if stored else 0) != product.revision:
                raise StaleRevision(f"product {product.sku!r}")
            self.writes += 1
            self.items[product.sku] = replace(product, revision=product.revision + 1)
            return self.items[product.sku]

    def put_many(self, products: Sequence[Product]) -> set[str]:
        stale = set()
        for product in products:
            try:
                self.put(product)
            except StaleRevision:
                stale.add(product.sku)
        return stale

    def recent(self) -> list[Product]:
        return list(self.all())

    def all(self) -> Iterator[Product]:
        yield from list(self.items.values())
