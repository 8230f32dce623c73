"""Events over HTTP: any other fact about a customer."""

from chalicelib.services.take_event import take_event
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import read_object
from chalicelib.web.idempotency import once
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json, event_json
from chalicelib.wiring import get_app


@v1("POST", "/events")
def write_event() -> Answer:
    """Take an event. Its id is a key: the same event again changes nothing."""
    body = read_object(request())
    answer = once(body, lambda: _take(body), about=body.get("customer_id"))
    return Answer(answer, 201 if answer["result"] == "created" else 200)


def _take(body: Json) -> Json:
    event, result = take_event(get_app(), body)
    return {"result": result, **event_json(event)}
