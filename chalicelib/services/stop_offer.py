"""Use case: stop an offer, for good."""

from chalicelib.domain.offers import Offer
from chalicelib.ports import App
from chalicelib.services.get_offer import get_offer
from chalicelib.services.put_offer import put_offer


def stop_offer(app: App, name: str) -> Offer:
    """Refuse all codes of the offer from now on. Stopping again changes nothing.

    Raises:
        NotFound: no offer has that name.
    """
    offer = get_offer(app, name)
    return offer if offer.stopped else put_offer(app, name, {"stopped": True})
