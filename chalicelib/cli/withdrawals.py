"""`habitue withdrawals`: what an operator does after a restore from a backup."""

from typing import Any

import click

from chalicelib.cli.output import json_option, show
from chalicelib.client.api import connect


@click.group()
def withdrawals() -> None:
    """Look after what people withdrew."""


@withdrawals.command("replay")
@click.option("--since", required=True, help="The time of the backup, with an offset. Earlier is safe, too.")
@json_option
def replay_withdrawals(since: str, *, as_json: bool) -> None:
    """Withdraw again, after a restore, what was withdrawn since the backup. Do it before any mail goes.

    It only ever takes consent away, and running it again changes nothing.

    \b
    Example:
        habitue withdrawals replay --since 2026-11-20T03:00:00Z
    """
    client, cursor, total = connect(), None, {"read": 0, "changed": 0}
    while True:
        body = {"since": since, **({"cursor": cursor} if cursor else {})}
        part: dict[str, Any] = client.call("POST", "/withdrawals/replay", body)
        total = {name: total[name] + part[name] for name in total}
        cursor = part["next"]
        if cursor is None:
            break
    show(total, as_json=as_json, text=_summary)


def _summary(total: dict[str, int]) -> str:
    return f"{total['read']} withdrawals since then, {total['changed']} of them had been forgotten and hold again"
