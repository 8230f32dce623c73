"""`habitue offer` and `habitue voucher`: what an offer is, and a voucher at the till."""

import json
from pathlib import Path
from typing import Any

import click

from chalicelib.cli.output import json_option, pairs, show
from chalicelib.client.api import connect, path_part


@click.group()
def offer() -> None:
    """Look at offers."""


@offer.command("show")
@click.argument("name")
@json_option
def show_offer(name: str, *, as_json: bool) -> None:
    """Show an offer: benefit, conditions, limits.

    \b
    Example:
        habitue offer show birthday
    """
    content = connect().call("GET", f"/offers/{path_part(name)}")
    show(content, as_json=as_json, text=pairs)


@click.group()
def voucher() -> None:
    """Check and redeem vouchers, as a till does."""


def _order(_: click.Context, __: click.Parameter, file: Path) -> dict[str, Any]:
    try:
        order = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.BadParameter(f"{file} is no JSON: {error}") from error
    if not isinstance(order, dict):
        raise click.BadParameter(f"{file} must hold an object with order_id, currency and lines")
    return order


_order_option = click.option(
    "--order",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    callback=_order,
    help="A JSON file: {order_id, currency, lines: [{sku, quantity, unit_price}]}.",
)
_customer_option = click.option("--customer", help="The customer's id, where the till knows it.")


@voucher.command()
@click.argument("code")
@_order_option
@_customer_option
@json_option
def validate(code: str, order: dict[str, Any], customer: str | None, *, as_json: bool) -> None:
    """Say what an order would get for a code, and why not.

    \b
    Example:
        habitue voucher validate 7K2QM-XH4P-DRTW --order basket.json
    """
    _post(code, "validate", order, customer, as_json=as_json)


@voucher.command()
@click.argument("code")
@_order_option
@_customer_option
@json_option
def redeem(code: str, order: dict[str, Any], customer: str | None, *, as_json: bool) -> None:
    """Redeem a code for an order, once.

    \b
    Example:
        habitue voucher redeem 7K2QM-XH4P-DRTW --order basket.json
    """
    _post(code, "redeem", order, customer, as_json=as_json)


def _post(code: str, verb: str, order: dict[str, Any], customer: str | None, *, as_json: bool) -> None:
    body = {"order": order, **({"customer_id": customer} if customer else {})}
    content = connect().call("POST", f"/vouchers/{path_part(code)}/{verb}", body)
    show(content, as_json=as_json, text=pairs)
