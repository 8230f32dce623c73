"""The console's first page."""

from chalicelib.services.show_overview import show_overview
from chalicelib.web.console_routing import page
from chalicelib.web.pages import Page, render_page
from chalicelib.wiring import get_app


@page("")
def first_page() -> Page:
    """The shop at a glance: customers, segments, campaigns, flows."""
    overview = show_overview(get_app())
    regulars = dict(overview.segments).get("regulars", 0)
    return render_page(
        "console.html",
        brand=overview.shop.brand,
        sheet="console.css",
        up="",
        shop=overview.shop,
        overview=overview,
        regulars=regulars,
    )
