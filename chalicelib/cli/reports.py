"""`habitue report`: the analyses as short tables."""

from collections.abc import Callable
from typing import Any

import click

from chalicelib.cli.output import F, json_option, pairs, show, table
from chalicelib.client.api import connect

_NOTHING = "-"  # not enough data


@click.group()
def report() -> None:
    """Look at the analyses of all customers, or of a segment."""


def _segment_option(command: F) -> F:
    return click.option("--segment", metavar="NAME", help="Only the members of this segment.")(command)


@report.command()
@_segment_option
@json_option
def stages(segment: str | None, *, as_json: bool) -> None:
    """How many customers stand on each stage of the loyalty ladder.

    \b
    Example:
        habitue report stages
    """
    _tell("stages", segment, _rows("stages", "stage", "customers", "percent", "spent"), as_json=as_json)


@report.command()
@_segment_option
@json_option
def rfm(segment: str | None, *, as_json: bool) -> None:
    """How many buyers each RFM class has, the best first.

    \b
    Example:
        habitue report rfm --segment regulars
    """
    _tell("rfm", segment, _rows("classes", "rfm", "customers", "spent"), as_json=as_json)


@report.command()
@_segment_option
@json_option
def abcxyz(segment: str | None, *, as_json: bool) -> None:
    """How many buyers each class of volume (A, B, C) and regularity (X, Y, Z) has.

    \b
    Example:
        habitue report abcxyz
    """
    columns = ("abc", "xyz", "customers", "spent", "percent_of_spent")
    _tell("abcxyz", segment, _rows("classes", *columns), as_json=as_json)


@report.command()
@_segment_option
@json_option
def ltv(segment: str | None, *, as_json: bool) -> None:
    """The lifetime value of a customer and its factors: S x C x P x T.

    \b
    Example:
        habitue report ltv --segment regulars
    """
    names = {
        "ltv": "lifetime value",
        "mean_receipt": "S mean receipt",
        "purchases_a_month": "C purchases a month",
        "profit_share": "P profit share",
        "active_months": "T active months",
        "buyers": "buyers",
        "share_of_spent_with_known_cost": "known cost, share",
    }
    _tell(
        "ltv",
        segment,
        lambda found: table((label, _cell(found[name])) for name, label in names.items()),
        as_json=as_json,
    )


@report.command()
@_segment_option
@json_option
def retention(segment: str | None, *, as_json: bool) -> None:
    """The customer retention rate of each month: CRR = ((E - N) / S) x 100.

    \b
    Example:
        habitue report retention
    """
    columns = ("month", "start", "end", "gained", "first", "crr")
    _tell("retention", segment, _rows("months", *columns), as_json=as_json)


def _tell(name: str, segment: str | None, text: Callable[[dict[str, Any]], str], *, as_json: bool) -> None:
    content = connect().call("GET", f"/reports/{name}", query={"segment": segment} if segment else None)
    show(content, as_json=as_json, text=lambda found: f"{text(found)}\n\n{_foot(found)}")


def _rows(rows: str, *columns: str) -> Callable[[dict[str, Any]], str]:
    """A table of those columns of a list of the answer."""

    def text(found: dict[str, Any]) -> str:
        cells = [[_cell(row[column]) for column in columns] for row in found[rows]]
        return table([[column.replace("_", " ") for column in columns], *cells])

    return text


def _cell(value: Any) -> str:
    if value is None:
        return _NOTHING
    return pairs({"": value}).strip() if value not in (0, "") else str(value)


def _foot(found: dict[str, Any]) -> str:
    group = f"segment {found['segment']}" if found["segment"] else "all customers"
    return f"{group}: {found['customers']}, measured at {found['measured_at']}"
