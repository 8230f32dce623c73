"""How every command prints: `--json` for programs, a short table for people."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

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
        return "  ".join(
            cell.rjust(width) if cell.isdigit() else cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()

    return "\n".join(line(row) for row in cells)


def pairs(content: dict[str, Any]) -> str:
    """One field a line; what is empty is left out."""
    return table((name, _short(value)) for name, value in content.items() if value not in (None, "", [], {}))


def _short(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return f"{value['amount'] / 100:.2f} {value['currency']}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
