"""How a customer of Shopify becomes ours, and which of Shopify's consent states mean which of ours.

Sources: https://shopify.dev/docs/api/admin-rest/latest/resources/customer and, for the states of the consent,
https://shopify.dev/docs/api/admin-graphql/latest/enums/CustomerEmailMarketingState
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.dates import parse_instant
from chalicelib.domain.deliveries import Told, address, inner, needed, text_id, tidy, told
from chalicelib.errors import InvalidInput

_STATES = {"subscribed": "granted", "pending": "pending", "unsubscribed": "withdrawn", "redacted": "withdrawn"}
SOURCE = "Shopify"


def customer_told(body: Mapping[str, Any]) -> Told:
    """One customer. An address that no mail can reach is left out, and the consent with it. Raises: InvalidInput."""
    home = inner(body, "default_address")
    mailbox = address(body.get("email"))
    created_at = body.get("created_at")
    said = parse_instant(body["updated_at"]) if body.get("updated_at") else None
    fields = told(
        email=mailbox,
        first_name=tidy(body.get("first_name"), 100),
        last_name=tidy(body.get("last_name"), 100),
        country=tidy(home.get("country_code"), 100),
        region=tidy(home.get("province"), 100),
        joined_on=str(created_at)[:10] if created_at else None,  # the day where the shop is: the time has its offset
        consent=_consent(body) if mailbox else None,
    )
    return Told(id=text_id(needed(body, "id"), "id"), fields=fields, as_of=said)


def redacted_id(body: Mapping[str, Any]) -> str:
    """Whom `customers/redact` asks to forget. Raises: InvalidInput.

    https://shopify.dev/docs/apps/build/privacy-law-compliance
    """
    needed(body, "shop_domain")
    return text_id(needed(inner(body, "customer"), "id"), "customer.id")


def deleted_id(body: Mapping[str, Any]) -> str:
    """Whom `customers/delete` took away: it tells little more than the id.

    The topic of a delivery is not signed. News of a customer who is there, sent again as a deletion, must erase nobody.

    Raises:
        InvalidInput: it tells of a customer who is there.
    """
    if body.get("email") or body.get("updated_at") or body.get("created_at"):
        raise InvalidInput("The delivery tells of a customer who is there. A deletion has no address and no times.")
    needed(body, "admin_graphql_api_id")
    return text_id(needed(body, "id"), "id")


def granted(at: str, level: str | None) -> dict[str, Any]:
    """A consent that somebody gave at that time; `level` is Shopify's opt-in level."""
    basis = "double" if level == "confirmed_opt_in" else "opt_in"
    return {"status": "granted", "basis": basis, "at": at, "source": SOURCE}


def _consent(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is said of marketing mail; None where nothing was ever said (`not_subscribed`)."""
    if "email_marketing_consent" not in body:
        return _old_consent(body)
    consent = inner(body, "email_marketing_consent")
    status = _STATES.get(str(consent.get("state")).lower())
    # Shopify: without a date, the time at which the consent was sent counts.
    at = consent.get("consent_updated_at") or body.get("created_at") or body.get("updated_at")
    if status is None or not at:
        return None
    return granted(at, consent.get("opt_in_level")) | {"status": status}


def _old_consent(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The fields of API versions before 2022-04. `false` from the beginning on is nobody's withdrawal."""
    at = body.get("accepts_marketing_updated_at")
    if not at or not isinstance(body.get("accepts_marketing"), bool):
        return None
    if body["accepts_marketing"]:
        return granted(at, body.get("marketing_opt_in_level"))
    begun = body.get("created_at")
    changed = begun and parse_instant(at) > parse_instant(begun)
    return granted(at, None) | {"status": "withdrawn"} if changed else None
