"""Use case: switch a flow off."""

from dataclasses import replace

from chalicelib.domain.flows import Flow
from chalicelib.ports import App
from chalicelib.services.load_flow import require_flow, store_flow


def disable_flow(app: App, name: str) -> Flow:
    """Switch it off; what is planned already still goes. Raises: NotFound."""
    flow, revision = require_flow(app, name)
    if not flow.enabled:
        return flow
    changed = replace(flow, enabled=False)
    store_flow(app, changed, revision)
    return changed
