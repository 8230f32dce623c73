"""Use case: one campaign as it was put, and where its launch stands."""

from chalicelib.domain.campaigns import Campaign, campaign_from_fields
from chalicelib.domain.messages import Message
from chalicelib.errors import NotFound
from chalicelib.ports import App


def get_campaign(app: App, name: str) -> tuple[Campaign, Message | None]:
    """The campaign, and its launch: None before it. Raises: NotFound."""
    document = app.catalog.get("campaign", name)
    if document is None:
        raise NotFound("campaign", name)
    fields = {key: value for key, value in document.body.items() if value is not None}
    campaign = campaign_from_fields(name, fields, app.catalog.shop().zone)
    return campaign, app.messages.get(campaign.message_id)
