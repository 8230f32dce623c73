"""Use case: find the voucher behind a typed code, for one customer; everybody else's is as unknown as none."""

from chalicelib.domain.codes import normalise_code
from chalicelib.domain.offers import Offer
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import UnknownVoucher
from chalicelib.ports import App


def find_voucher(app: App, code: str, customer_id: str | None) -> tuple[Voucher, Offer]:
    """The voucher and its offer, read now.

    Args:
        app: the ports.
        code: as typed.
        customer_id: who wants to use it; None where the shop does not know.

    Raises:
        UnknownVoucher: no such code, a withdrawn one, or another customer's: one answer for all of them.
    """
    wanted = normalise_code(code)
    voucher = app.vouchers.get(wanted) if wanted else None
    if voucher is None or voucher.status == "withdrawn":
        raise UnknownVoucher
    if None not in (voucher.customer_id, customer_id) and voucher.customer_id != customer_id:
        raise UnknownVoucher
    offer = app.catalog.offer(voucher.offer)
    if offer is None or not _still_carries(offer, voucher):
        raise UnknownVoucher
    return voucher, offer


def _still_carries(offer: Offer, voucher: Voucher) -> bool:
    """Whether the shared code is the one that the offer has now: it may have been given another."""
    return voucher.customer_id is not None or normalise_code(offer.code.value or "") == voucher.code
