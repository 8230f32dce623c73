"""`habitue import`: a CSV file in, with a bar, and every refused row named."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from chalicelib.cli.output import json_option, show
from chalicelib.client.api import connect
from chalicelib.client.imports import import_csv, refused_rows
from chalicelib.errors import HabitueError

_SHOWN = 20  # refused rows that are printed; --json prints all


class NothingImported(HabitueError):
    """No row of the file was accepted."""

    code = "nothing_imported"


def _mapping(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for value in values:
        name, equals, column = value.partition("=")
        if not equals or not name or not column:
            raise click.BadParameter(f"{value!r} is not FIELD=COLUMN, for example customer_id=CustomerID")
        if mapping.setdefault(name, column) != column:
            raise click.BadParameter(f"{name} is mapped twice, to {mapping[name]!r} and to {column!r}")
    return mapping


@click.command("import")
@click.argument("kind", type=click.Choice(["customers", "orders", "products"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--map", "mapping", multiple=True, callback=_mapping, metavar="FIELD=COLUMN", help="Read FIELD from COLUMN."
)
@click.option("--dry-run", is_flag=True, help="Check every row, store nothing.")
@json_option
def import_file(kind: str, file: Path, mapping: dict[str, str], *, dry_run: bool, as_json: bool) -> None:
    """Import customers, orders or products from a CSV file.

    Rows that cannot be taken are refused with line, column and reason; all others are stored. Importing the same file
    again changes nothing.

    \b
    Example:
        habitue import orders orders.csv --map order_id=InvoiceNo --map customer_id=CustomerID
    """
    client = connect()
    with _Bars(file) as bars:
        report = import_csv(client, kind, file, mapping, dry_run=dry_run, uploaded=bars.uploaded, stored=bars.stored)
    report["rows"] = refused_rows(client, report["id"], None if as_json else _SHOWN) if report["refused"] else []
    show(report, as_json=as_json, text=_text)
    if report["status"] == "failed":
        raise NothingImported(report.get("reason") or "the import failed")
    if not report["created"] + report["updated"] + report["unchanged"]:
        raise NothingImported("no row was accepted; the reasons stand above")


class _Bars:
    """One bar for the upload, one for the rows; none where nobody looks on."""

    def __init__(self, file: Path) -> None:
        self._seen = sys.stderr.isatty()
        self._file = file
        self._open = ExitStack()
        self._rows: Any = None
        self._percent = 0

    def __enter__(self) -> "_Bars":
        self._bytes = self._bar(f"Uploading {self._file.name}", self._file.stat().st_size)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _bar(self, label: str, length: int) -> Any:
        if not self._seen:
            return None
        self._open.close()
        return self._open.enter_context(click.progressbar(length=length, label=label, file=sys.stderr))

    def uploaded(self, count: float) -> None:
        if self._bytes:
            self._bytes.update(int(count))

    def stored(self, share: float) -> None:
        if self._rows is None:
            self._rows = self._bar("Storing rows", 100)
        if self._rows:
            self._rows.update(int(100 * share) - self._percent)
            self._percent = int(100 * share)


def _text(report: dict[str, Any]) -> str:
    counts = ", ".join(f"{report[name]} {name}" for name in ("created", "updated", "unchanged"))
    lines = [f"{counts}; {report['refused']} rows refused"]
    if report.get("without_time_zone"):
        lines.append(f"  {report['without_time_zone']} customers without a time zone: the shop's is used")
    for row in report["rows"]:
        column = f", column {row['column']}" if row.get("column") else ""
        lines.append(f"  line {row['line']}{column}: {row['reason']}")
    if report["refused"] > len(report["rows"]):
        lines.append(f"  and {report['refused'] - len(report['rows'])} more; --json lists all")
    return "\n".join(lines)
