"""Use case: a launch to very many people takes two: one asks for it, another one approves by launching, too."""

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from chalicelib.domain.campaigns import Campaign, campaign_to_fields
from chalicelib.domain.dates import instant_text
from chalicelib.domain.messages import Message
from chalicelib.domain.shop import Shop
from chalicelib.domain.template_versions import Author
from chalicelib.errors import ApprovalNeeded
from chalicelib.ports import App, Document
from chalicelib.services.resolve_audience import resolve_audience
from chalicelib.services.retrying import retrying

_KIND = "approval"
_BUDGET = timedelta(seconds=15)  # API Gateway waits for 29


def require_approval(app: App, campaign: Campaign, message: Message, shop: Shop, author: Author) -> None:
    """Let the launch through if it reaches no more people than one may decide about, or if two agree.

    The first one's wish is kept by what would be sent: a campaign or a template that changed since is another one, and
    has to be asked for again.

    Raises:
        ApprovalNeeded: a second person has to launch it, too.
    """
    limit = shop.approval_above
    if limit is None or not _reaches_more(app, message, limit):
        return
    asked_by = retrying(lambda: _ask(app, campaign, _what(campaign, message), author))
    if not asked_by or not author.name or asked_by == author.name:
        raise ApprovalNeeded(campaign.name, limit, asked_by)


def _ask(app: App, campaign: Campaign, what: str, author: Author) -> str:
    """Who asked first for this very launch; the author, if nobody did."""
    stored = app.catalog.get(_KIND, campaign.name)
    if stored is not None and stored.body["what"] == what:
        return str(stored.body["by"])
    body = {"by": author.name, "at": instant_text(app.clock.now()), "what": what}
    revision = stored.revision if stored else 0
    app.catalog.put(Document(kind=_KIND, name=campaign.name, body=body, revision=revision))
    return author.name


def _what(campaign: Campaign, message: Message) -> str:
    """A short name of all that the launch would pin."""
    arms: list[Mapping[str, str]] = [message.versions, *(variant.versions for variant in message.variants)]
    facts = [campaign_to_fields(campaign), [dict(versions) for versions in arms]]
    return sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _reaches_more(app: App, message: Message, limit: int) -> bool:
    """Whether the audience is larger. Where counting takes too long it is taken to be."""
    found, after, deadline = 0, None, app.clock.real() + _BUDGET
    while found <= limit:
        people, after = resolve_audience(app, message, after)
        found += len(people)
        if after is None:
            return found > limit
        if app.clock.real() >= deadline:
            break
    return True
