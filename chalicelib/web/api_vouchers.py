"""Vouchers at the till: validated, redeemed, and nobody may guess at them."""

from collections.abc import Callable
from typing import Any, TypeVar

from chalicelib.domain.codes import show_code
from chalicelib.errors import UnknownVoucher
from chalicelib.services.count_misses import count_miss, refuse_prober
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.services.validate_voucher import validate_voucher
from chalicelib.web.auth import source_of
from chalicelib.web.bodies import object_field, optional_text, pick, read_object
from chalicelib.web.idempotency import idempotency_key
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json, redemption_json
from chalicelib.wiring import get_app

T = TypeVar("T")


@v1("POST", "/vouchers/{code}/validate")
def check_voucher(code: str) -> Json:
    """What this order would get for the code, and why not. Nothing is used."""
    customer_id, order = _read()
    return _counting(lambda: validate_voucher(get_app(), code, customer_id, order))


@v1("POST", "/vouchers/{code}/redeem")
def use_voucher(code: str) -> Json:
    """Use the code for this order, once. The same order again gets the first answer."""
    customer_id, order = _read()
    key = idempotency_key(request())
    redemption = _counting(lambda: redeem_voucher(get_app(), code, customer_id, order, key))
    return redemption_json(redemption, show_code(redemption.code))


def _read() -> tuple[str | None, dict[str, Any]]:
    body = pick(read_object(request()), "customer_id", "order")
    return optional_text(body, "customer_id"), object_field(body, "order")


def _counting(work: Callable[[], T]) -> T:
    """Run `work` unless this source asked for too many unknown codes; count it where the code is unknown.

    Raises:
        TooManyRequests: 20 unknown codes in this minute, whatever the code is now.
    """
    app, source = get_app(), source_of(request())
    refuse_prober(app, source)
    try:
        return work()
    except UnknownVoucher:
        count_miss(app, source)
        raise
