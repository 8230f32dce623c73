"""Flows over HTTP: the body of a PUT is the YAML of a playbook."""

from chalicelib.domain.flows import flow_to_fields
from chalicelib.services.disable_flow import disable_flow
from chalicelib.services.enable_flow import enable_flow
from chalicelib.services.flow_report import flow_report
from chalicelib.services.list_flows import list_flows
from chalicelib.services.message_report import GROUPS
from chalicelib.services.put_flow import put_flow
from chalicelib.web.bodies import query_choice
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json
from chalicelib.web.yaml_bodies import read_yaml
from chalicelib.wiring import get_app


@v1("GET", "/flows")
def read_flows() -> Json:
    """All flows, shipped and your own, with whether they are on."""
    return {"flows": [flow_to_fields(flow) for flow in list_flows(get_app())]}


@v1("PUT", "/flows/{name}")
def write_flow(name: str) -> Json:
    """Create a flow from a playbook, or replace it."""
    return flow_to_fields(put_flow(get_app(), name, read_yaml(request())))


@v1("POST", "/flows/{name}/enable")
def switch_on(name: str) -> Json:
    """Switch a flow on, from now."""
    return flow_to_fields(enable_flow(get_app(), name))


@v1("POST", "/flows/{name}/disable")
def switch_off(name: str) -> Json:
    """Switch a flow off: nothing new is planned."""
    return flow_to_fields(disable_flow(get_app(), name))


@v1("GET", "/flows/{name}/report")
def read_flow_report(name: str) -> Json:
    """What became of the flow's mails: a count over the rows."""
    return flow_report(get_app(), name, query_choice(request(), "by", GROUPS))
