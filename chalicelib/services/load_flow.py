"""How flows lie in the catalog: as they were put, beside whether they are on and how far they have planned."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.flows import Flow, flow_from_fields
from chalicelib.errors import NotFound
from chalicelib.ports import App, Document


def read_flow(document: Document) -> Flow:
    """The flow that a catalog document stands for."""
    body = document.body
    through = body.get("planned_through")
    return replace(
        flow_from_fields(document.name, body["fields"]),
        enabled=bool(body["enabled"]),
        planned_through=date.fromisoformat(through) if through else None,
    )


def load_flow(app: App, name: str) -> tuple[Flow, int] | None:
    """The flow with its revision; None where there is none."""
    document = app.catalog.get("flow", name)
    return (read_flow(document), document.revision) if document else None


def require_flow(app: App, name: str) -> tuple[Flow, int]:
    """The flow with its revision. Raises: NotFound."""
    found = load_flow(app, name)
    if found is None:
        raise NotFound("flow", name)
    return found


def store_flow(app: App, flow: Flow, revision: int) -> None:
    """Write it under the revision that was read (0: new). Raises: StaleRevision."""
    body = {
        "fields": dict(flow.source),
        "enabled": flow.enabled,
        "planned_through": flow.planned_through.isoformat() if flow.planned_through else None,
    }
    app.catalog.put(Document(kind="flow", name=flow.name, body=body, revision=revision))
