"""Which products a mail picks for one customer."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from chalicelib.domain.customers import Customer
from chalicelib.domain.products import Product

ORDERS = ("favourites", "new")  # by which products are picked


class Catalogue:
    """Products in stock, sorted once for all customers: the newest first, ties by sku.

    So the same customer gets the same picks from the same products, in whatever order they come.
    """

    def __init__(self, products: Iterable[Product], without: Collection[str] = ()) -> None:
        likely = [product for product in products if product.sku not in without and product.stock != 0]
        self._newest_first = sorted(likely, key=_by_age)
        self._by_category: dict[str, list[Product]] = {}
        for product in self._newest_first:
            self._by_category.setdefault(product.category or "", []).append(product)

    def pick(self, customer: Customer, count: int, by: str = "favourites") -> list[Product]:
        """Up to `count` products; by favourites: the customer's favourite categories before all others."""
        liked = customer.stats.top_categories if by == "favourites" else ()
        return list(islice(self._in_order(liked), max(0, count)))

    def _in_order(self, liked: Collection[str]) -> Iterator[Product]:
        for category in liked:
            yield from self._by_category.get(category, ())
        yield from (product for product in self._newest_first if (product.category or "") not in liked)


def _by_age(product: Product) -> tuple[float, str]:
    return -product.launched_at.timestamp() if product.launched_at else 0.0, product.sku
