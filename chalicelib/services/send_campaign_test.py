"""Use case: a test of the mail that a campaign sends: its template, offer and sender, as a launch would take them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.compose_mail import best_locale
from chalicelib.services.get_campaign import get_campaign
from chalicelib.services.get_template import load_locales
from chalicelib.services.sample_mail import Wanted
from chalicelib.services.send_test import send_test


def send_campaign_test(app: App, name: str, wanted: Wanted, to: Sequence[str]) -> dict[str, Any]:
    """As `send_test`. The version is what a launch pinned or would pin; where nothing is approved yet, the draft.

    Raises:
        NotFound: no such campaign, template, customer or offer. InvalidInput, RenderingFailed: as `send_test`.
    """
    campaign, launched = get_campaign(app, name)
    versions = launched.versions if launched else _to_be_pinned(app, campaign.template)
    shop = app.catalog.shop()
    customer = app.customers.get(wanted.customer_id) if wanted.customer_id else None
    locale = wanted.locale or best_locale(versions, customer.locale if customer else None, shop.locale)
    if locale not in versions:
        raise NotFound(f"locale of template {campaign.template}", locale)
    chosen = replace(wanted, offer=campaign.offer, version=versions[locale])
    return send_test(app, campaign.template, chosen, to, from_name=campaign.from_name, reply_to=campaign.reply_to)


def _to_be_pinned(app: App, template: str) -> Mapping[str, str]:
    locales = load_locales(app, template)
    active = {locale: entry.active for locale, entry in locales.items() if entry.active}
    return active or {locale: entry.versions[0] for locale, entry in locales.items()}
