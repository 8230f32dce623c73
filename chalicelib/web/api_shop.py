"""The shop's settings over HTTP."""

from chalicelib.domain.shop import shop_to_fields
from chalicelib.services.put_shop import put_shop
from chalicelib.web.bodies import read_object
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json
from chalicelib.wiring import get_app


@v1("GET", "/shop")
def read_shop() -> Json:
    """The shop's settings."""
    return shop_to_fields(get_app().catalog.shop())


@v1("PUT", "/shop")
def write_shop() -> Json:
    """Change the named settings of the shop."""
    return shop_to_fields(put_shop(get_app(), read_object(request())))
