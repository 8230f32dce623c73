"""Use case: read one offer."""

from chalicelib.domain.offers import Offer
from chalicelib.errors import NotFound
from chalicelib.ports import App


def get_offer(app: App, name: str) -> Offer:
    """The offer as it is now.

    Raises:
        NotFound: no offer has that name.
    """
    offer = app.catalog.offer(name)
    if offer is None:
        raise NotFound("offer", name)
    return offer
