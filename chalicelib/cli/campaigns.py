"""`habitue campaign`: launch, stop and look at campaigns."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from chalicelib.cli.output import json_option, money, show
from chalicelib.cli.report_text import report_text
from chalicelib.cli.test_mails import failed, results, to_option
from chalicelib.client.api import connect, path_part

_MOVES = {
    "launch": "Launch a campaign. Launching again starts nothing.",
    "pause": "Pause a campaign: at most the mails in flight still go.",
    "resume": "Go on with a paused campaign where it stopped.",
    "cancel": "Cancel a campaign: nobody else is mailed.",
    "continue": "Let the next stage of a campaign go now.",
}


@click.group()
def campaign() -> None:
    """Launch campaigns and see what became of them."""


def _move(verb: str, about: str) -> click.Command:
    @json_option
    def run(name: str, *, as_json: bool) -> None:
        content = connect().call("POST", f"/campaigns/{path_part(name)}/{verb}", {})
        show(content, as_json=as_json, text=lambda found: _stands(name, found))

    text = f"{about}\n\n\b\nExample:\n    habitue campaign {verb} spring-tea"
    callback: Callable[..., None] = run
    parameters = [click.Argument(["name"]), *getattr(run, "__click_params__", [])]
    return click.Command(verb, callback=callback, params=parameters, help=text)


for _verb, _about in _MOVES.items():
    campaign.add_command(_move(_verb, _about))


@campaign.command("test-send")
@click.argument("name")
@to_option
@click.option("--customer", "customer_id", help="As this customer would get it; left out: a made-up one.")
@click.option("--variant", help="Left out: the first, where the campaign has any.")
@json_option
def test_send(name: str, *, to: tuple[str, ...], customer_id: str | None, variant: str | None, as_json: bool) -> None:
    """Send a test of its mail to a few addresses. It uses no voucher and counts nowhere.

    \b
    Example:
        habitue campaign test-send spring-tea --to ann@shop.example.com
    """
    body = {"to": list(to), "customer_id": customer_id, "variant": variant}
    content = connect().call("POST", f"/campaigns/{path_part(name)}/test-send", body)
    show(content, as_json=as_json, text=results)
    failed(content)


@campaign.command("dry-run")
@click.argument("name")
@json_option
def dry_run(name: str, *, as_json: bool) -> None:
    """Show what launching a campaign now would do. Nothing is sent, and no voucher is used.

    \b
    Example:
        habitue campaign dry-run spring-tea
    """
    client, path = connect(), f"/campaigns/{path_part(name)}/dry-run"
    content = client.call("POST", path, {})
    while content["next"] is not None:  # a large shop takes several calls
        content = client.call("POST", path, {"next": content["next"]})
    show(content, as_json=as_json, text=_outlook)


def _outlook(found: Mapping[str, Any]) -> str:
    """ "412 get it. 38 do not: 20 unsubscribed, ...", then what it costs and takes."""
    skipped = sorted(found["will_skip"].items(), key=lambda one: (-one[1], one[0]))
    reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in skipped)
    without = f"{sum(found['will_skip'].values())} do not: {reasons}." if skipped else "Nobody is left out."
    offer = found["worst_offer_cost"]
    minutes = found["minutes"]
    lines = [
        f"{found['will_send']} get it. {without}",
        f"Sending costs {money(found['cost'])}; the offer at most {money(offer) if offer else 'any amount: no limit'}.",
        "The account may not send now." if minutes is None else f"From the first mail to the last: {minutes} min.",
        *(f"{one['severity']}: {one['where']}: {one['message']}" for one in found["warnings"]),
        *(f"sample: {one['customer_id']}: {one['subject']}" for one in found["samples"]),
    ]
    return "\n".join(lines)


def _stands(name: str, found: dict[str, Any]) -> str:
    why = f" ({found['state_reason']})" if found["state_reason"] else ""
    return f"{name}: {found['state']}{why}"


@campaign.command("show")
@click.argument("name")
@json_option
def show_(name: str, *, as_json: bool) -> None:
    """Show a campaign: where it stands and why, its parts, and what comes next.

    \b
    Example:
        habitue campaign show spring-tea
    """
    content = connect().call("GET", f"/campaigns/{path_part(name)}")
    show(content, as_json=as_json, text=lambda found: "\n".join(_lines(name, found)))


def _lines(name: str, found: dict[str, Any]) -> Iterator[str]:
    yield _stands(name, found)
    for part in found["parts"]:
        why = part["state_reason"] or part["because"]
        waiting = f", {part['waiting']} people wait" if part["waiting"] else ""
        yield f"  {part['name']}: {part['state']}{waiting}{f' ({why})' if why else ''}"
    if found["next"]:
        yield f"  next: {found['next']['what']} {found['next']['name']}, {found['next']['at'] or 'by hand'}"


@campaign.command()
@click.argument("name")
@click.option("--by", type=click.Choice(["country", "hour", "provider", "segment"]), help="Also show groups of mails.")
@json_option
def report(name: str, *, by: str | None, as_json: bool) -> None:
    """Show what became of a campaign, counted from its rows.

    \b
    Example:
        habitue campaign report spring-tea --by country
    """
    content = connect().call("GET", f"/campaigns/{path_part(name)}/report{f'?by={by}' if by else ''}")
    show(content, as_json=as_json, text=report_text)
