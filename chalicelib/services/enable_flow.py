"""Use case: switch a flow on."""

from dataclasses import replace

from chalicelib.domain.flows import Flow
from chalicelib.errors import InvalidInput
from chalicelib.ports import App
from chalicelib.services.launch_message import pin_versions
from chalicelib.services.load_flow import require_flow, store_flow


def enable_flow(app: App, name: str) -> Flow:
    """Switch it on; it starts with the days that are not over yet, never with what it missed while it was off.

    Raises:
        NotFound: no such flow. InvalidInput: its template has no version that may be sent.
    """
    flow, revision = require_flow(app, name)
    pin_versions(app, flow.template)
    if not app.catalog.shop().postal_address.strip():
        raise InvalidInput("The shop has no postal address, which marketing mail must carry: PUT /v1/shop first.")
    if flow.enabled:
        return flow
    changed = replace(flow, enabled=True, planned_through=None)
    store_flow(app, changed, revision)
    return changed
