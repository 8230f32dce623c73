"""How the commands that send tests take addresses and tell what became of each."""

from typing import Any

import click

from chalicelib.cli.output import table

to_option = click.option("--to", multiple=True, required=True, help="An address of your own people; up to ten.")


def results(content: dict[str, Any]) -> str:
    """One address a line."""
    return table((one["to"], one["status"].replace("_", " "), one["reason"] or "") for one in content["results"])


def failed(content: dict[str, Any]) -> None:
    """End with 1 where an address surely got nothing, or perhaps did not."""
    if any(one["status"] != "sent" for one in content["results"]):
        raise click.exceptions.Exit(1)
