"""All of `/v1`: importing this module puts every route on its Blueprint."""

from chalicelib.web import (
    api_campaigns,
    api_customers,
    api_events,
    api_flows,
    api_imports,
    api_keys,
    api_offers,
    api_orders,
    api_products,
    api_reports,
    api_segments,
    api_shop,
    api_suppressions,
    api_templates,
    api_vouchers,
    api_webhooks,
    openapi,
    subscribing,
)
from chalicelib.web.routing import api

__all__ = ["api"]

PARTS = (
    api_shop,
    api_keys,
    api_suppressions,
    api_customers,
    api_orders,
    api_events,
    api_products,
    api_imports,
    api_segments,
    api_templates,
    api_offers,
    api_vouchers,
    api_campaigns,
    api_flows,
    api_reports,
    subscribing,
    api_webhooks,
    openapi,
)
