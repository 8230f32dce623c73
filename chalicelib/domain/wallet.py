"""What share of wallet is: which part of their purchases customers say they make here."""

from chalicelib.domain.customers import Customer

ATTRIBUTE = "share_of_wallet"  # the survey's answer, kept as an attribute: a number from 0 to 100


def share_of_wallet(customer: Customer) -> float | None:
    """Per cent, by the customer's own word; None where nothing, or nothing from 0 to 100, was said."""
    said = customer.attributes.get(ATTRIBUTE)
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= 100:
        return None
    return said
