"""Which products a mail picks for one customer."""

from collections.abc import Collection, Iterable

from chalicelib.domain.customers import Customer
from chalicelib.domain.products import Product

ORDERS = ("favourites", "new")  # by which products are picked


def pick_products(
    catalogue: Iterable[Product],
    customer: Customer,
    count: int,
    without: Collection[str] = (),
    by: str = "favourites",
) -> list[Product]:
    """Up to `count` products in stock, the newest first; by favourites: favourite categories before all others.

    Ties go by sku, so that the same customer gets the same picks from the same catalogue.
    """
    liked = customer.stats.top_categories if by == "favourites" else ()
    favourites = {category: place for place, category in enumerate(liked)}
    likely = [product for product in catalogue if product.sku not in without and product.stock != 0]

    def rank(product: Product) -> tuple[int, float, str]:
        age = -product.launched_at.timestamp() if product.launched_at else 0.0
        return favourites.get(product.category or "", len(favourites)), age, product.sku

    return sorted(likely, key=rank)[: max(0, count)]
