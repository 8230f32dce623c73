"""Products over HTTP."""

from chalicelib.services.get_product import get_product
from chalicelib.services.put_product import put_product
from chalicelib.web.bodies import read_object
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json, product_json
from chalicelib.wiring import get_app


@v1("GET", "/products/{sku}")
def read_product(sku: str) -> Json:
    """One product."""
    app = get_app()
    return product_json(get_product(app, sku), app.catalog.shop().currency)


@v1("PUT", "/products/{sku}")
def write_product(sku: str) -> Json:
    """Create a product, or change the named fields."""
    app = get_app()
    return product_json(put_product(app, sku, read_object(request())), app.catalog.shop().currency)
