"""`habitue template`: the versions of a template on the stack, how one differs, looks and arrives."""

from pathlib import Path
from typing import Any

import click

from chalicelib.cli.output import json_option, show, table
from chalicelib.cli.templates import template
from chalicelib.cli.test_mails import failed, results, to_option
from chalicelib.client.api import connect, path_part

__all__ = ["template"]

_SIGNS = {"added": "+", "removed": "-", "same": " "}


@template.command("list")
@json_option
def list_all(*, as_json: bool) -> None:
    """List the templates and what of each is active.

    \b
    Example:
        habitue template list
    """
    content = connect().call("GET", "/templates")
    show(content, as_json=as_json, text=lambda found: table(_line(one) for one in found["templates"]))


def _line(one: dict[str, Any]) -> tuple[str, str]:
    return one["name"], ", ".join(f"{locale} {_state(entry)}" for locale, entry in one["locales"].items())


def _state(entry: dict[str, Any]) -> str:
    if not entry["active"]:
        return "draft"
    return "active" if entry["active"] == entry["draft"] else "active, draft waits"


@template.command()
@click.argument("name")
@json_option
def history(name: str, *, as_json: bool) -> None:
    """Show who uploaded and activated what, newest first.

    \b
    Example:
        habitue template history birthday
    """
    content = connect().call("GET", f"/templates/{path_part(name)}")
    show(content, as_json=as_json, text=_history)


def _history(found: dict[str, Any]) -> str:
    active = set(found["active"].values())
    return table(
        (
            one["at"],
            one["what"],
            one["locale"],
            one["version"][:8] + ("*" if one["version"] in active else ""),
            one["by"] or "",
            one["via"],
            one["note"] or "",
        )
        for one in found["history"]
    )


@template.command()
@click.argument("name")
@click.option("--from", "before", help="A version; left out: the active one.")
@click.option("--to", "after", help="A version; left out: the newest.")
@click.option("--locale", help="Where no version names it.")
@json_option
def diff(name: str, *, before: str | None, after: str | None, locale: str | None, as_json: bool) -> None:
    """Show what changed between two versions.

    \b
    Example:
        habitue template diff birthday
    """
    query = {"from": before, "to": after, "locale": locale}
    content = connect().call("GET", f"/templates/{path_part(name)}/diff", query=query)
    show(content, as_json=as_json, text=_diff)


def _diff(found: dict[str, Any]) -> str:
    head = [f"--- {found['from']}", f"+++ {found['to']}"]
    lines = ["..." if one["kind"] == "gap" else f"{_SIGNS[one['kind']]}{one['text']}" for one in found["lines"]]
    return "\n".join([*head, *lines]) if lines else "No difference."


@template.command()
@click.argument("name")
@click.option("--version", help="An earlier one is a way back; left out: the newest of each locale.")
@click.option("--note", help="Why, in one line; it stands in the history.")
@json_option
def activate(name: str, *, version: str | None, note: str | None, as_json: bool) -> None:
    """Approve a version: launches from now on use it.

    \b
    Example:
        habitue template activate birthday
    """
    content = connect().call("POST", f"/templates/{path_part(name)}/activate", {"version": version, "note": note})
    show(
        content,
        as_json=as_json,
        text=lambda found: "\n".join(f"{name} ({locale}): {active}" for locale, active in found["active"].items()),
    )


_CUSTOMER = click.option("--customer", "customer_id", help="For this customer; left out: a made-up one.")
_EMPTY = click.option("--empty", is_flag=True, help="For a customer of whom nothing is known.")
_OFFER = click.option("--offer", help="With this offer and a sample code.")
_VERSION = click.option("--version", help="Left out: the newest.")


def _wanted(customer_id: str | None, offer: str | None, version: str | None, *, empty: bool) -> dict[str, str | None]:
    return {"customer_id": customer_id, "customer": "empty" if empty else None, "offer": offer, "version": version}


@template.command()
@click.argument("name")
@_CUSTOMER
@_EMPTY
@_OFFER
@_VERSION
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the HTML into this file.")
@json_option
def preview(
    name: str,
    *,
    customer_id: str | None,
    empty: bool,
    offer: str | None,
    version: str | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """Show the mail that one customer would get: subject and text. It sends nothing.

    \b
    Example:
        habitue template preview birthday --customer c-8f3k2m --offer birthday --html birthday.html
    """
    wanted = _wanted(customer_id, offer, version, empty=empty)
    content = connect().call("POST", f"/templates/{path_part(name)}/preview", wanted)
    if html is not None:
        html.write_text(content["html"], encoding="utf-8")
    show(content, as_json=as_json, text=lambda mail: f"Subject: {mail['subject']}\n\n{mail['text']}")


@template.command("test-send")
@click.argument("name")
@to_option
@_CUSTOMER
@_EMPTY
@_OFFER
@_VERSION
@json_option
def test_send(
    name: str,
    *,
    to: tuple[str, ...],
    customer_id: str | None,
    empty: bool,
    offer: str | None,
    version: str | None,
    as_json: bool,
) -> None:
    """Send a test to a few addresses. It uses no voucher and counts nowhere.

    \b
    Example:
        habitue template test-send birthday --to ann@shop.example.com
    """
    wanted = _wanted(customer_id, offer, version, empty=empty)
    content = connect().call("POST", f"/templates/{path_part(name)}/test-send", {"to": list(to), **wanted})
    show(content, as_json=as_json, text=results)
    failed(content)
