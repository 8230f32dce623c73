"""`habitue flow`: which flows there are, and which are on."""

from typing import Any

import click

from chalicelib.cli.output import json_option, show, table
from chalicelib.client.api import connect, path_part


@click.group()
def flow() -> None:
    """List flows, switch them on and off."""


@flow.command("list")
@json_option
def list_all(*, as_json: bool) -> None:
    """List all flows.

    \b
    Example:
        habitue flow list
    """
    content = connect().call("GET", "/flows")
    show(
        content,
        as_json=as_json,
        text=lambda found: table(_line(one) for one in found["flows"]),
    )


def _line(one: dict[str, Any]) -> tuple[str, str, str]:
    return one["name"], "on" if one["enabled"] else "off", one.get("about", "")


@flow.command()
@click.argument("name")
@json_option
def enable(name: str, *, as_json: bool) -> None:
    """Switch a flow on, from today.

    \b
    Example:
        habitue flow enable birthday
    """
    content = connect().call("POST", f"/flows/{path_part(name)}/enable", {})
    show(content, as_json=as_json, text=lambda _: f"{name}: on")


@flow.command()
@click.argument("name")
@json_option
def disable(name: str, *, as_json: bool) -> None:
    """Switch a flow off; what is planned already still goes.

    \b
    Example:
        habitue flow disable birthday
    """
    content = connect().call("POST", f"/flows/{path_part(name)}/disable", {})
    show(content, as_json=as_json, text=lambda _: f"{name}: off")
