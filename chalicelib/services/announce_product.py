"""Use case: tell the fans of a category about a new product, once."""

from chalicelib.domain.flows import is_news, on_launch, starts_at
from chalicelib.domain.products import Product
from chalicelib.ports import App
from chalicelib.services.launch_message import launch_message, pin_versions
from chalicelib.services.list_flows import list_flows


def announce_product(app: App, product: Product) -> int:
    """Launch the message of each enabled flow that listens to launches; how many were new."""
    now = app.clock.now()
    if not is_news(product, now) or not product.category:
        return 0
    shop = app.catalog.shop()
    launched = 0
    for flow in list_flows(app):
        if flow.enabled and flow.trigger.kind == "product":
            message = on_launch(flow, product, pin_versions(app, flow.template), shop, now)
            launched += launch_message(app, message, max(now, starts_at(message)))
    return launched
