"""`habitue campaign`: launch, stop and look at campaigns."""

from collections.abc import Callable

import click

from chalicelib.cli.output import json_option, pairs, show
from chalicelib.client.api import connect, path_part

_MOVES = {
    "launch": "Launch a campaign. Launching again starts nothing.",
    "pause": "Pause a campaign: at most the mails in flight still go.",
    "resume": "Go on with a paused campaign where it stopped.",
    "cancel": "Cancel a campaign: nobody else is mailed.",
}


@click.group()
def campaign() -> None:
    """Launch campaigns and see what became of them."""


def _move(verb: str, about: str) -> click.Command:
    @json_option
    def run(name: str, *, as_json: bool) -> None:
        content = connect().call("POST", f"/campaigns/{path_part(name)}/{verb}", {})
        show(content, as_json=as_json, text=lambda found: f"{name}: {found['state']}")

    text = f"{about}\n\n\b\nExample:\n    habitue campaign {verb} spring-tea"
    callback: Callable[..., None] = run
    parameters = [click.Argument(["name"]), *getattr(run, "__click_params__", [])]
    return click.Command(verb, callback=callback, params=parameters, help=text)


for _verb, _about in _MOVES.items():
    campaign.add_command(_move(_verb, _about))


@campaign.command()
@click.argument("name")
@json_option
def report(name: str, *, as_json: bool) -> None:
    """Show what became of a campaign, counted from its rows.

    \b
    Example:
        habitue campaign report spring-tea
    """
    content = connect().call("GET", f"/campaigns/{path_part(name)}/report")
    show(content, as_json=as_json, text=pairs)
