"""What an erased person bought and redeemed lives on under a random id, so that sums stay right; their events go."""

from chalicelib.domain.erasures import Erasure
from chalicelib.errors import StaleRevision
from chalicelib.ports import App


def erase_purchases(app: App, erasure: Erasure) -> bool:
    """Move orders, vouchers and redemptions, take events away; False where something came in between."""
    person = erasure.customer_id
    app.events.delete(person)
    for header in app.orders.headers(person):
        try:
            app.orders.move(header, erasure.stand_in)
        except StaleRevision:  # the shop changed it at this moment; the next look moves it
            return False
    app.vouchers.move(person, erasure.stand_in)
    return not app.orders.headers(person) and app.vouchers.of(person) == ([], [])
