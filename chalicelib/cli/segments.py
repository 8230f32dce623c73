"""`habitue segment`: what a segment's rule is, how many it selects, why somebody is in or out."""

import json
from typing import Any

import click

from chalicelib.cli.output import json_option, show
from chalicelib.client.api import connect, path_part


@click.group()
def segment() -> None:
    """Look at segments."""


@segment.command("show")
@click.argument("name")
@json_option
def show_segment(name: str, *, as_json: bool) -> None:
    """Show the rule of a segment.

    \b
    Example:
        habitue segment show regulars
    """
    content = connect().call("GET", f"/segments/{path_part(name)}")
    show(content, as_json=as_json, text=lambda found: json.dumps(found["rule"], ensure_ascii=False, indent=2))


@segment.command()
@click.argument("name")
@json_option
def count(name: str, *, as_json: bool) -> None:
    """Count the members of a segment.

    \b
    Example:
        habitue segment count lapsing
    """
    content = connect().call("GET", f"/segments/{path_part(name)}/count")
    show(content, as_json=as_json, text=lambda found: str(found["count"]))


@segment.command()
@click.argument("name")
@click.argument("customer_id")
@json_option
def explain(name: str, customer_id: str, *, as_json: bool) -> None:
    """Say why a customer is in a segment, or is not.

    \b
    Example:
        habitue segment explain regulars c-8f3k2m
    """
    path = f"/segments/{path_part(name)}/explain"
    content = connect().call("GET", path, query={"customer_id": customer_id})
    show(content, as_json=as_json, text=_explanation)


def _explanation(content: dict[str, Any]) -> str:
    lines = ["member" if content["member"] else "not a member"]
    lines += [
        f"  {'yes' if item['holds'] else 'no ':<3}  {item['condition']}  (found: {item['found']})"
        for item in content["because"]
    ]
    return "\n".join(lines)
