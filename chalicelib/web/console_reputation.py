"""The console's page on reputation: bounces and complaints by day, provider, topic and mailing."""

from chalicelib.services.show_reputation import show_reputation
from chalicelib.web.console_routing import page
from chalicelib.web.pages import Page, render_page
from chalicelib.wiring import get_app

_TITLES = {
    "provider": ("By mailbox provider", "Each provider keeps a score of its own."),
    "mailing": ("By campaign and flow", "Which mails people do not want, or cannot get."),
    "topic": ("By topic", "What the mails were about."),
    "day": ("By day", "When the mails left, in the shop's time zone."),
}


@page("/reputation")
def reputation() -> Page:
    """How the shop's mails stand with those who receive them."""
    app = get_app()
    shop = app.catalog.shop()
    return render_page(
        "console_reputation.html",
        brand=shop.brand,
        sheet="console.css",
        up="../",
        shop=shop,
        found=show_reputation(app),
        titles=_TITLES,
    )
