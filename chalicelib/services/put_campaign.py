"""Use case: create or change a campaign. A launched one keeps what its launch pinned."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.campaigns import Campaign, campaign_from_fields, campaign_to_fields
from chalicelib.errors import Conflict
from chalicelib.ports import App, Document


def put_campaign(app: App, name: str, fields: Mapping[str, Any]) -> Campaign:
    """Merge the named fields, null clears one; the whole campaign.

    Raises:
        InvalidInput: naming every wrong field. Conflict: it was launched already.
    """
    stored = app.catalog.get("campaign", name)
    if stored is not None and app.messages.get(f"c.{name}") is not None:
        raise Conflict(f"Campaign {name!r} was launched and cannot be changed. Make a new one under another name.")
    merged = {**(stored.body if stored else {}), **fields}
    zone = app.catalog.shop().zone
    campaign = campaign_from_fields(name, {key: value for key, value in merged.items() if value is not None}, zone)
    body = campaign_to_fields(campaign)
    app.catalog.put(Document(kind="campaign", name=campaign.name, body=body, revision=stored.revision if stored else 0))
    return campaign
