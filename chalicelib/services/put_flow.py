"""Use case: create or change a flow, with the offer that it carries."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain.flows import Flow, flow_from_fields
from chalicelib.ports import App
from chalicelib.services.load_flow import load_flow, store_flow
from chalicelib.services.put_offer import put_offer


def put_flow(app: App, name: str, fields: Mapping[str, Any]) -> Flow:
    """Replace its settings; whether it is on, and how far it has planned, stays.

    Raises:
        InvalidInput: naming every wrong field, those of the offer too; nothing is changed then.
    """
    flow = flow_from_fields(name, fields)
    stored, revision = load_flow(app, name) or (flow, 0)
    if flow.offer is not None:
        put_offer(app, flow.name, flow.offer)
    changed = replace(flow, enabled=stored.enabled, planned_through=stored.planned_through)
    store_flow(app, changed, revision)
    return changed
