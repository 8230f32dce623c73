"""Use case: create an offer, or change the fields that are named."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.codes import normalise_code
from chalicelib.domain.offers import Offer, offer_from_fields, offer_to_fields
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import Conflict, Detail, InvalidInput, StaleRevision
from chalicelib.ports import App, Document

_MERGED = ("conditions", "limits")  # a new limit leaves the others; what is one choice is replaced as a whole
_TRIES = 5


def put_offer(app: App, name: str, fields: Mapping[str, Any]) -> Offer:
    """Store the offer with the named fields changed; null clears one, also inside conditions and limits.

    A change holds for vouchers that are out already, but for the day on which they end.

    Raises:
        MalformedRequest, InvalidInput: naming every wrong field; nothing is stored.
        Conflict: a stopped offer would start again, or the shared code belongs to another offer.
    """
    for _ in range(_TRIES):
        try:
            return _put(app, name, fields)
        except StaleRevision:
            continue
    raise Conflict(f"Offer {name!r} is being changed by others at this moment. Read it and try again.")


def _put(app: App, name: str, fields: Mapping[str, Any]) -> Offer:
    shop = app.catalog.shop()
    stored = app.catalog.get("offer", name) or Document(kind="offer", name=name, body={})
    if stored.body.get("stopped") and "stopped" in fields and fields["stopped"] is not True:
        raise Conflict(f"Offer {name!r} was stopped and stays so; put the offer under another name.")
    offer = offer_from_fields(name, _merge(stored.body, fields), shop.currency, shop.zone)
    _check_currency(offer, str(stored.body.get("currency", shop.currency)))
    if offer.code.kind == "shared":
        _take_code(app, offer)
    app.catalog.put(Document(kind="offer", name=name, body=offer_to_fields(offer), revision=stored.revision))
    return offer


def _merge(stored: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**stored, **fields}
    for group in _MERGED:
        if isinstance(fields.get(group), Mapping):
            merged[group] = {**stored.get(group, {}), **fields[group]}
    return merged


def _check_currency(offer: Offer, currency: str) -> None:
    """An offer keeps the currency it was made in; its amounts would mean something else in another."""
    if offer.currency != currency:
        message = f"Offer {offer.name!r} is in {currency}, not {offer.currency}. Leave `currency` out."
        raise InvalidInput(message, [Detail("currency", f"must be {currency}")])


def _take_code(app: App, offer: Offer) -> None:
    """Bind the shared code to the offer. Of two offers that want it, the first has it."""
    code = normalise_code(offer.code.value or "")
    app.vouchers.issue([Voucher(code=code, offer=offer.name, issued_at=app.clock.now())])
    bound = app.vouchers.get(code)
    if bound is None or bound.offer != offer.name or bound.customer_id is not None:
        raise Conflict(f"Code {offer.code.value!r} belongs to another offer. Choose another `code.value`.")
