"""`make demo`: the sample shop's day once, from the orders to the till, with a summary of what happened."""

import json
import re
import time
from pathlib import Path
from typing import Any

import click
import urllib3

from chalicelib.client.api import Client, Refused, path_part
from chalicelib.deploy.places import LOCAL
from chalicelib.domain.send_tags import read_tags
from chalicelib.errors import HabitueError
from chalicelib.local.first_shop import LIFECYCLE
from chalicelib.local.run import RunOptions, drain, shop_stack
from chalicelib.local.session import LocalStack

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_CLICK = re.compile(r'href="([^"]*/c/[^"]+)"')
_REDEEM = re.compile(r'href="([^"]*/r/[^"]+)"')
_CODE = re.compile(r'data-copy="([^"]+)"')


class DemoFailed(HabitueError):
    """Something in the loop from mail to till did not happen."""

    code = "demo_failed"


def run_demo(stack: LocalStack, client: Client) -> dict[str, Any]:
    """Let one customer click and redeem; the summary without `seconds`."""
    reports = {name: client.call("GET", f"/flows/{name}/report") for name in LIFECYCLE}
    redemption = _click_and_redeem(stack, client)
    drain(stack)
    segments = {item["name"]: item["count"] for item in _segments(client)}
    skipped: dict[str, int] = {}
    for report in reports.values():
        for reason, number in report["skipped"].items():
            skipped[reason] = skipped.get(reason, 0) + number
    return {
        "segments": segments,
        "sent": {name.replace("-", "_"): report["sent"] for name, report in reports.items()},
        "skipped": skipped,
        "unknown": sum(report["unknown"] for report in reports.values()),
        **redemption,
    }


def _segments(client: Client) -> list[dict[str, Any]]:
    names = [segment["name"] for segment in client.call("GET", "/segments")["segments"]]
    return [{"name": name, **client.call("GET", f"/segments/{path_part(name)}/count")} for name in names]


def _click_and_redeem(stack: LocalStack, client: Client) -> dict[str, Any]:
    mail = _offer_mail(stack)
    [clicked, *_] = _CLICK.findall(mail["html"]) or [""]
    if not clicked or urllib3.request("GET", _plain(clicked), redirect=False).status != 302:
        raise DemoFailed("the link in the mail did not lead on")
    page_url = _plain(_REDEEM.findall(mail["html"])[0])
    page = urllib3.request("GET", page_url)
    activated = urllib3.request("POST", page_url, body=b"", headers=_FORM)
    if (page.status, activated.status) != (200, 200):
        raise DemoFailed(f"the redeem page answered {page.status}, its button {activated.status}")
    code = _CODE.findall(page.data.decode())[0]
    client.call("POST", f"/vouchers/{path_part(code)}/redeem", {"order": _basket("till-1")})
    return {"clicked": 1, "redeemed": 1, "refused_second_redemption": _refused(client, code)}


def _offer_mail(stack: LocalStack) -> dict[str, Any]:
    mails = json.loads(urllib3.request("GET", f"{stack.url}/local/mailbox?format=json").data)["mails"]
    for mail in mails:
        if _REDEEM.search(mail["html"]) and _sent_by(mail).startswith("f.exclusive-offer."):
            return dict(mail)
    raise DemoFailed("no exclusive offer with a voucher is in the mailbox")


def _sent_by(mail: dict[str, Any]) -> str:
    """The id of the message that a mail belongs to."""
    send = read_tags({name: [value] for name, value in mail["tags"].items()})
    return send.message_id if send else ""


def _plain(href: str) -> str:
    return href.replace("&amp;", "&")


def _basket(order_id: str) -> dict[str, Any]:
    return {"order_id": order_id, "currency": "GBP", "lines": [{"sku": "CB-101", "quantity": 4, "unit_price": 1450}]}


def _refused(client: Client, code: str) -> bool:
    """Whether the same code is refused for another order."""
    try:
        client.call("POST", f"/vouchers/{path_part(code)}/redeem", {"order": _basket("till-2")})
    except Refused:
        return True
    return False


def _summary(result: dict[str, Any]) -> str:
    sent = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in result["sent"].items())
    skipped = ", ".join(f"{number} {reason.replace('_', ' ')}" for reason, number in result["skipped"].items())
    return (
        f"\n{result['customers']} customers, {result['orders']} orders, {result['segments']['regulars']} regulars.\n"
        f"Sent:    {sent}\nSkipped: {skipped or 'nobody'}\nUnknown: {result['unknown']}\n"
        f"One customer clicked and redeemed a voucher; a second redemption was "
        f"{'refused' if result['refused_second_redemption'] else 'NOT refused'}.\n"
        f"Took {result['seconds']:.0f} s; written to {LOCAL.name}/demo.json."
    )


@click.command()
@click.option("--port", default=8000, type=int)
@click.option("--customers", default=600, type=click.IntRange(50))
def main(port: int, customers: int) -> None:
    """Run the lifecycle of the sample shop once."""
    try:
        result = _timed(RunOptions(port=port, customers=customers))
    except HabitueError as error:
        raise click.ClickException(error.message) from error
    Path(LOCAL / "demo.json").write_text(json.dumps(result, indent=2) + "\n")
    click.echo(_summary(result))


def _timed(options: RunOptions) -> dict[str, Any]:
    started = time.monotonic()
    with shop_stack(options, click.echo) as running:
        result = run_demo(running.stack, running.client)
        loaded = {kind: running.imports[kind]["created"] for kind in ("customers", "orders")}
    return {"seconds": round(time.monotonic() - started, 1), **loaded, **result}


if __name__ == "__main__":
    main()
