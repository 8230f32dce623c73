"""Use case: all flows."""

from chalicelib.domain.flows import Flow
from chalicelib.ports import App
from chalicelib.services.load_flow import read_flow


def list_flows(app: App) -> list[Flow]:
    """All flows, by name."""
    return [read_flow(document) for document in app.catalog.list("flow")]
