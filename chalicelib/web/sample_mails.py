"""What a request says of the mail that it wants to see or to test."""

from typing import Any

from chalicelib.services.sample_mail import Wanted
from chalicelib.web.bodies import optional_text

MAIL_FIELDS = ("customer_id", "customer", "offer", "version", "locale")


def wanted_mail(body: dict[str, Any]) -> Wanted:
    """The mail that the fields of a body name. Raises: MalformedRequest, InvalidInput."""
    return Wanted(**{name: optional_text(body, name) for name in MAIL_FIELDS})
