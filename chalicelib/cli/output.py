"""How every command prints: `--json` for programs, a short table for people."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

from chalicelib.domain.money import CURRENCY_DIGITS

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """The option that every command has."""
    return click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")(command)


def show(content: Any, *, as_json: bool, text: Callable[[Any], str]) -> None:
    """Print the answer."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2) if as_json else text(content))


def table(rows: Iterable[Sequence[Any]]) -> str:
    """Columns as wide as their widest cell; numbers to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    if not cells:
        return ""
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]

    def line(row: list[str]) -> str:
        placed = [
            cell.rjust(width) if cell.replace(",", "").isdigit() else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        return "  ".join(placed).rstrip()

    return "\n".join(line(row) for row in cells)


def pairs(content: Mapping[str, Any]) -> str:
    """One field a line; what is empty is left out."""
    shown = [(name, _short(value)) for name, value in content.items() if value not in (None, "", [], {})]
    width = max((len(name) for name, _ in shown), default=0)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in shown)


def money(value: Mapping[str, Any]) -> str:
    """An amount as people write it."""
    amount, currency = int(value["amount"]), str(value["currency"])
    digits = CURRENCY_DIGITS.get(currency, 2)
    return f"{amount / 10**digits:.{digits}f} {currency}"


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
        return money(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_short(inner)}" for key, inner in value.items() if inner is not None)
    if isinstance(value, list):
        return ("; " if any(isinstance(item, Mapping) for item in value) else ", ").join(map(_short, value))
    return str(value)
