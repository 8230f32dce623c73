"""Use case: read one product."""

from chalicelib.domain.products import Product
from chalicelib.errors import NotFound
from chalicelib.ports import App


def get_product(app: App, sku: str) -> Product:
    """The product. Raises: NotFound."""
    product = app.products.get(sku)
    if product is None:
        raise NotFound("product", sku)
    return product
