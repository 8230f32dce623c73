"""Use case: a test of the mail that a campaign sends: its template, offer and sender, as a launch would take them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.messages import Message, Variant
from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.compose_mail import best_locale
from chalicelib.services.get_campaign import get_campaign
from chalicelib.services.get_template import load_locales
from chalicelib.services.pin_variants import pin_variants
from chalicelib.services.sample_mail import Wanted
from chalicelib.services.send_test import send_test


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What one group of the campaign's people gets."""

    variant: str | None
    template: str
    versions: Mapping[str, str]
    offer: str | None


def send_campaign_test(
    app: App, name: str, wanted: Wanted, to: Sequence[str], *, variant: str | None = None
) -> dict[str, Any]:
    """As `send_test`, with the `variant` beside it. The version is what a launch pinned or would pin.

    Args:
        app: the ports.
        name: of the campaign.
        wanted: for whom, and in which locale.
        to: 1 to 10 addresses.
        variant: of the campaign's; None: the first, where it has any.

    Raises:
        NotFound: no such campaign, variant, template, customer or offer.
        InvalidInput: as `send_test`; or a variant's template is not active yet, or its subject cannot be used.
        RenderingFailed: as `send_test`.
    """
    campaign, launched = get_campaign(app, name)
    sent = _sent(app, campaign, launched, variant)
    customer = app.customers.get(wanted.customer_id) if wanted.customer_id else None
    fitting = best_locale(sent.versions, customer.locale if customer else None, app.catalog.shop().locale)
    locale = wanted.locale or fitting
    if locale not in sent.versions:
        raise NotFound(f"locale of template {sent.template}", locale)
    chosen = replace(wanted, offer=sent.offer, version=sent.versions[locale])
    answer = send_test(app, sent.template, chosen, to, from_name=campaign.from_name, reply_to=campaign.reply_to)
    return {**answer, "variant": sent.variant}


def _sent(app: App, campaign: Campaign, launched: Message | None, variant: str | None) -> _Sent:
    arms = launched.variants if launched else pin_variants(app, campaign)
    if arms or variant is not None:
        return _of_arm(campaign, arms, variant)
    if launched is not None:
        return _Sent(variant=None, template=launched.template, versions=launched.versions, offer=launched.offer)
    versions = _to_be_pinned(app, campaign.template)
    return _Sent(variant=None, template=campaign.template, versions=versions, offer=campaign.offer)


def _of_arm(campaign: Campaign, arms: Sequence[Variant], variant: str | None) -> _Sent:
    for arm in arms:
        if variant in (None, arm.name):
            return _Sent(variant=arm.name, template=arm.template, versions=arm.versions, offer=arm.offer)
    raise NotFound(f"variant of campaign {campaign.name}", variant or "")


def _to_be_pinned(app: App, template: str) -> Mapping[str, str]:
    """The active version of each locale; where nothing is approved yet, the drafts: a test may come before that."""
    locales = load_locales(app, template)
    active = {locale: entry.active for locale, entry in locales.items() if entry.active}
    return active or {locale: entry.versions[0] for locale, entry in locales.items()}
