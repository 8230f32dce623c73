"""Use case: the report of one flow, over all that it has sent."""

from typing import Any

from chalicelib.ports import App
from chalicelib.services.load_flow import require_flow
from chalicelib.services.message_report import report_fields, tally


def flow_report(app: App, name: str) -> dict[str, Any]:
    """Counts over every occurrence. Raises: NotFound."""
    flow, _ = require_flow(app, name)
    total = tally(app, app.messages.of("f", name))
    return {"name": name, "enabled": flow.enabled, **report_fields(app, total, flow.offer_name)}
