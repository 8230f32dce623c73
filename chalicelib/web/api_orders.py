"""Orders over HTTP."""

from chalicelib.services.place_order import place_order
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import read_object
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import order_json
from chalicelib.wiring import get_app


@v1("POST", "/orders")
def write_order() -> Answer:
    """Store an order. Its id is the key: the same order again changes nothing."""
    order, result = place_order(get_app(), read_object(request()))
    return Answer(order_json(order, result), 201 if result == "created" else 200)
