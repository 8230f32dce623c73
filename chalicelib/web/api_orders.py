"""Orders over HTTP."""

from chalicelib.services.place_order import place_order
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import read_object
from chalicelib.web.idempotency import once
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json, order_json
from chalicelib.wiring import get_app


@v1("POST", "/orders")
def write_order() -> Answer:
    """Store an order. Its id is the key: the same order again changes nothing."""
    body = read_object(request())
    answer = once(body, lambda: _place(body), about=body.get("customer_id"))
    return Answer(answer, 201 if answer["result"] == "created" else 200)


def _place(body: Json) -> Json:
    return order_json(*place_order(get_app(), body))
