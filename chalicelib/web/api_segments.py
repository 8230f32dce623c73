"""Segments over HTTP."""

from typing import Any

from chalicelib.domain.segments import Segment
from chalicelib.errors import MalformedRequest
from chalicelib.services.count_segment import count_segment
from chalicelib.services.explain_segment import explain_segment
from chalicelib.services.export_segment import export_segment
from chalicelib.services.get_segment import get_segment
from chalicelib.services.list_segments import list_segments
from chalicelib.services.put_segment import put_segment
from chalicelib.services.segment_members import segment_members
from chalicelib.services.segment_overlap import segment_overlap
from chalicelib.services.segment_sizes import segment_sizes
from chalicelib.web.bodies import content_type, pick, query_limit, query_text, read_object
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json
from chalicelib.web.yaml_bodies import YAML_TYPES, read_yaml
from chalicelib.wiring import get_app


@v1("GET", "/segments")
def read_segments() -> Json:
    """All segments, shipped and your own."""
    return {"segments": [_show(segment) for segment in list_segments(get_app())]}


@v1("GET", "/segments/{name}")
def read_segment(name: str) -> Json:
    """A segment's rule."""
    return _show(get_segment(get_app(), name))


@v1("PUT", "/segments/{name}")
def write_segment(name: str) -> Json:
    """Create a segment, or change its rule. The body is JSON or YAML."""
    body = pick(_read(), "rule")
    if "rule" not in body:
        raise MalformedRequest(
            'The body must have a rule, such as {"rule": {"field": "orders.count", "op": ">=", ...}}.'
        )
    return _show(put_segment(get_app(), name, body["rule"]))


@v1("GET", "/segments/{name}/count")
def read_count(name: str) -> Json:
    """How many customers are members."""
    return {"count": count_segment(get_app(), name)}


@v1("GET", "/segments/{name}/members")
def read_members(name: str) -> Json:
    """A page of the members' ids; `next` is the `?cursor=` of the page after it, null at the end."""
    members, cursor = segment_members(get_app(), name, query_limit(request()), query_text(request(), "cursor"))
    return {"members": members, "next": cursor}


@v1("GET", "/segments/{name}/overlap")
def read_overlap(name: str) -> Json:
    """How many members it shares with the segments that `?with=` names, separated by commas."""
    others = query_text(request(), "with")
    if others is None:
        raise MalformedRequest(f"Name the other segments: /v1/segments/{name}/overlap?with=regulars,lapsing")
    return segment_overlap(get_app(), [name, *others.split(",")])


@v1("GET", "/segments/{name}/history")
def read_history(name: str) -> Json:
    """Its size on each day that was measured."""
    return {"sizes": segment_sizes(get_app(), name)}


@v1("GET", "/segments/{name}/export")
def read_export(name: str) -> Json:
    """A page of its members as lines of CSV; the first page begins with the columns' names."""
    csv, cursor = export_segment(get_app(), name, query_limit(request(), 1000), query_text(request(), "cursor"))
    return {"csv": csv, "next": cursor}


@v1("GET", "/segments/{name}/explain")
def read_explanation(name: str) -> Json:
    """Whether one customer is a member, and which conditions hold."""
    customer_id = query_text(request(), "customer_id")
    if customer_id is None:
        raise MalformedRequest(f"Name the customer: /v1/segments/{name}/explain?customer_id=...")
    return explain_segment(get_app(), name, customer_id)


def _read() -> dict[str, Any]:
    return read_yaml(request()) if content_type(request()) in YAML_TYPES else read_object(request())


def _show(segment: Segment) -> Json:
    return {"name": segment.name, "rule": dict(segment.rule)}
