"""Use case: one campaign as it was put, or as it was launched, and where its launch stands."""

from chalicelib.domain.campaigns import Campaign, campaign_from_fields
from chalicelib.domain.launches import launched_campaign
from chalicelib.domain.messages import Message
from chalicelib.errors import NotFound
from chalicelib.ports import App


def get_campaign(app: App, name: str) -> tuple[Campaign, Message | None]:
    """The campaign, and the first message of its launch: None before it. Raises: NotFound.

    A launched campaign is what the launch pinned, whatever was written into its draft at the same moment.
    """
    document = app.catalog.get("campaign", name)
    if document is None:
        raise NotFound("campaign", name)
    zone = app.catalog.shop().zone
    first = app.messages.get(f"c.{name}")
    launched = launched_campaign(first, zone) if first is not None else None
    if launched is not None:
        return launched, first
    fields = {key: value for key, value in document.body.items() if value is not None}
    return campaign_from_fields(name, fields, zone), first


def messages_of(app: App, first: Message | None) -> list[Message]:
    """All messages of a campaign: the first one, then its parts or occurrences by id; none before the launch."""
    if first is None:
        return []
    return [first, *(message for message in app.messages.of("c", first.name) if message.id != first.id)]
