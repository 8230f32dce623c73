"""Offers over HTTP, and the vouchers that are issued outside of a mail."""

from chalicelib.domain.codes import show_code
from chalicelib.services.get_offer import get_offer
from chalicelib.services.issue_voucher import issue_voucher
from chalicelib.services.put_offer import put_offer
from chalicelib.services.stop_offer import stop_offer
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import pick, read_object, text_field
from chalicelib.web.idempotency import once
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json, offer_json, voucher_json
from chalicelib.wiring import get_app


@v1("GET", "/offers/{name}")
def read_offer(name: str) -> Json:
    """An offer."""
    return offer_json(get_offer(get_app(), name))


@v1("PUT", "/offers/{name}")
def write_offer(name: str) -> Json:
    """Create an offer, or change the named fields."""
    return offer_json(put_offer(get_app(), name, read_object(request())))


@v1("POST", "/offers/{name}/stop")
def end_offer(name: str) -> Json:
    """Stop an offer: all its codes are refused from now on."""
    return offer_json(stop_offer(get_app(), name))


@v1("POST", "/offers/{name}/vouchers")
def give_voucher(name: str) -> Answer:
    """Issue a voucher of this offer to one customer."""
    body = pick(read_object(request()), "customer_id")
    customer_id = text_field(body, "customer_id")
    return Answer(once(body, lambda: _issue(name, customer_id), about=customer_id), 201)


def _issue(name: str, customer_id: str) -> Json:
    voucher = issue_voucher(get_app(), name, customer_id)
    return {"vouchers": [voucher_json(voucher, show_code(voucher.code))]}
