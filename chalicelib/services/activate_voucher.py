"""Use case: a customer activates the voucher of a mail, by pressing the button on its page."""

from chalicelib.ports import App
from chalicelib.services.show_voucher import VoucherPage, page_of, read_token


def activate_voucher(app: App, token: str) -> VoucherPage:
    """Note that the customer wants to use it. It stays redeemable with or without; pressing again changes nothing.

    Raises:
        InvalidToken: as `show_voucher`.
    """
    voucher, offer, customer = read_token(app, token)
    page = page_of(app, voucher, offer, customer)
    if page.state != "open" or voucher.customer_id is None:
        return page
    return page_of(app, app.vouchers.activate(voucher.code, app.clock.now()), offer, customer)
