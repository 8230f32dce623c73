"""Use case: the report of one flow, over all that it has sent."""

from typing import Any

from chalicelib.ports import App
from chalicelib.services.load_flow import require_flow
from chalicelib.services.message_report import count_all, group_fields, report_fields


def flow_report(app: App, name: str, by: str | None = None) -> dict[str, Any]:
    """Counts over every occurrence, and in groups of `by`, a name in `message_report.GROUPS`.

    Raises:
        NotFound: no such flow. NotMeasured: a message of it is large, and not counted yet.
    """
    flow, _ = require_flow(app, name)
    count, at = count_all(app, app.messages.of("f", name))
    return {"name": name, "enabled": flow.enabled, **report_fields(app, count, at), **group_fields(count, by)}
