"""Orders over HTTP: placed, and what happened to them since."""

from collections.abc import Callable
from typing import Any

from chalicelib.ports import App
from chalicelib.services.change_order import Told, cancel_order, refund_order, set_order_status
from chalicelib.services.get_order import get_order
from chalicelib.services.place_order import place_order
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import read_object
from chalicelib.web.idempotency import once
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json, changes_json, order_json
from chalicelib.wiring import get_app


@v1("POST", "/orders")
def write_order() -> Answer:
    """Store an order. Its id is the key: the same order again changes nothing."""
    body = read_object(request())
    answer = once(body, lambda: _place(body), about=body.get("customer_id"))
    return Answer(answer, 201 if answer["result"] == "created" else 200)


def _place(body: Json) -> Json:
    order, result = place_order(get_app(), body)
    return {"result": result, **order_json(order)}


@v1("GET", "/orders/{order_id}")
def read_order(order_id: str) -> Json:
    """One order, with what was refunded of it."""
    return order_json(get_order(get_app(), order_id))


@v1("POST", "/orders/{order_id}/cancel")
def end_order(order_id: str) -> Answer:
    """Cancel an order."""
    return _changed(cancel_order, order_id)


@v1("POST", "/orders/{order_id}/refund")
def give_money_back(order_id: str) -> Answer:
    """Refund an order or some of it."""
    return _changed(refund_order, order_id)


@v1("POST", "/orders/{order_id}/status")
def move_order(order_id: str) -> Answer:
    """Note a step on the order's way."""
    return _changed(set_order_status, order_id)


def _changed(change: Callable[[App, str, Any], Told], order_id: str) -> Answer:
    body = read_object(request())
    answer = once(body, lambda: _told(change(get_app(), order_id, body)))
    return Answer(answer, 202 if answer["result"] == "kept" else 200)


def _told(told: Told) -> Json:
    changes, order, result = told
    return changes_json(changes, order, result)
