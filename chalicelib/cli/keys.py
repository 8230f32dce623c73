"""`habitue key`: an API key for each person, so that histories and approvals know who did what."""

import click

from chalicelib.cli.output import json_option, show, table
from chalicelib.client.api import connect, path_part


@click.group()
def key() -> None:
    """Make API keys for named persons, and take them away. Needs the main key."""


@key.command("list")
@json_option
def list_all(*, as_json: bool) -> None:
    """List who has a key beside the main one.

    \b
    Example:
        habitue key list
    """
    content = connect().call("GET", "/keys")
    show(
        content,
        as_json=as_json,
        text=lambda found: table((one["name"], one["created_at"]) for one in found["keys"]) or "Only the main key.",
    )


@key.command()
@click.argument("name")
@json_option
def add(name: str, *, as_json: bool) -> None:
    """Make a key for one person and print it: it is shown this once. Again: a new key, and the old one is void.

    \b
    Example:
        habitue key add ann
    """
    content = connect().call("PUT", f"/keys/{path_part(name)}")
    show(content, as_json=as_json, text=lambda made: str(made["key"]))


@key.command()
@click.argument("name")
@json_option
def remove(name: str, *, as_json: bool) -> None:
    """Take a person's key away: it opens nothing any more.

    \b
    Example:
        habitue key remove ann
    """
    content = connect().call("DELETE", f"/keys/{path_part(name)}")
    show(content, as_json=as_json, text=lambda _: f"{name}: removed")
