"""The documentation says what the code does: commands, settings, routes, error codes, reasons, faults."""

import ast
import inspect
import os
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import click
import pytest

from chalicelib.cli import cli
from chalicelib.config import Settings
from chalicelib.deploy.places import ROOT
from chalicelib.domain.quotas import WHY_ALL_WAITS
from chalicelib.domain.redeeming import refusal_now
from chalicelib.domain.skip_words import SKIPPED
from chalicelib.errors import HabitueError
from chalicelib.local.ses.faults import CALL, ENTRY, OUTCOME, STATUSES
from chalicelib.web.openapi_routes import ROUTES, Route

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = ROOT / "README.md"
API = ROOT / "docs" / "api.md"
_BEGIN = "| route | what | answers |\n|---|---|---|\n"


def _docs() -> str:
    return "\n".join(page.read_text() for page in PAGES)


# Commands


def _commands(group: click.Group = cli, path: str = "habitue") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(_commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_its_arguments(name):
    table = (ROOT / "docs" / "commands.md").read_text()

    assert re.search(rf"^\| `{name}[ `]", table, re.MULTILINE), f"{name} is not in docs/commands.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_of_itself_and_json(name):
    command = COMMANDS[name]

    assert f"Example:\n    {name}" in inspect.cleandoc(command.help or "")
    assert "--json" in {option for parameter in command.params for option in parameter.opts}


def test_no_command_is_documented_that_is_not_there():
    groups = {name for name, command in cli.commands.items() if isinstance(command, click.Group)}
    mentioned = re.findall(r"habitue ([a-z]+)(?: ([a-z][a-z-]*))?", _docs().replace("\n", " "))
    lines = re.findall(r"^ *(?:\$ )?habitue ([a-z]+)(?: ([a-z][a-z-]*))?", _docs(), re.MULTILINE)
    named = re.findall(r"`habitue ([a-z]+)(?: ([a-z][a-z-]*))?", _docs())

    assert mentioned
    unknown = [
        f"{first} {second}".strip()
        for first, second in {*lines, *named}
        if first not in cli.commands or (first in groups and second and f"habitue {first} {second}" not in COMMANDS)
    ]
    assert unknown == []


# Settings


def _settings() -> set[str]:
    """Every string in config.py that is the name of a variable."""
    tree = ast.parse((ROOT / "chalicelib" / "config.py").read_text())
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", text)}


def test_every_setting_is_explained_in_the_readme():
    found = _settings()

    assert len(found) >= len(fields(Settings))
    assert [name for name in sorted(found) if f"`{name}`" not in README.read_text()] == []


@pytest.mark.parametrize("name", ["HABITUE_URL", "HABITUE_API_KEY", "PORT"])
def test_what_a_person_sets_is_explained_in_the_readme(name):
    assert f"`{name}`" in README.read_text()


# Routes


def _line(route: Route) -> str:
    key = "" if route.key else " (no key)"
    once = "; takes an `Idempotency-Key`" if route.once else ""
    query = f"?{'&'.join(f'{name}=' for name in route.query)}" if route.query else ""
    answer = f"{route.status} `{route.answer}`" if route.answer else f"{route.status}, {_page(route)}"
    return f"| `{route.method} {route.path}{query}`{key} | {route.about}{once} | {answer} |\n"


def _page(route: Route) -> str:
    return "a redirect" if route.status == 302 else "a page"


def _with_table(text: str) -> str:
    before, begin, _ = text.partition(_BEGIN)
    return before + begin + "".join(map(_line, ROUTES))


def test_the_golden_table_of_routes_is_what_the_service_serves():
    if os.environ.get("HABITUE_GOLDEN") == "write":
        API.write_text(_with_table(API.read_text()))

    assert API.read_text() == _with_table(API.read_text())


def test_every_route_of_the_application_is_in_the_table():
    from app import app

    served = {f"{method} {path}" for path, methods in app.routes.items() for method in methods if method != "HEAD"}

    assert served == {f"{route.method} {route.path}" for route in ROUTES}


# Errors


def _codes() -> dict[str, int]:
    """The code and status of every expected error. The files are read, not imported: some need a running stack."""
    trees = [ast.parse(path.read_text()) for path in (ROOT / "chalicelib").rglob("*.py")]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known: dict[str, dict[str, Any]] = {
        HabitueError.__name__: {"code": HabitueError.code, "http_status": HabitueError.http_status}
    }
    before = 0
    while len(known) > before:
        before = len(known)
        for one in classes:
            bases = [base.id for base in one.bases if isinstance(base, ast.Name) and base.id in known]
            if bases:
                known[one.name] = known[bases[0]] | _assigned(one)
    return {str(found["code"]): int(found["http_status"]) for found in known.values()}


def _assigned(one: ast.ClassDef) -> dict[str, Any]:
    return {
        target.id: node.value.value
        for node in one.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _tables() -> list[list[str]]:
    """The rows of the tables of docs/errors.md: their cells."""
    lines = (ROOT / "docs" / "errors.md").read_text().splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| `")]


def test_every_error_code_is_explained_with_its_status_and_a_mend():
    rows = {row[0].strip("`"): row[1:] for row in _tables()}
    # No class of its own: the front of a local stack answers these by itself.
    front = {"forbidden": 403, "length_required": 411, "bad_gateway": 502}

    assert set(rows) == set(_codes()) | set(front)
    for code, status in (_codes() | front).items():
        *numbers, meaning, mend = rows[code]
        assert numbers in ([str(status)], []), code
        assert len(meaning) > 10, code
        assert len(mend) > 10, code


def test_only_errors_that_no_server_gives_stand_without_a_status():
    without = {row[0].strip("`") for row in _tables() if len(row) == 3}

    assert without == {
        "stack_unreachable",
        "refused",
        "nothing_imported",
        "local_stack",
        "demo_failed",
        "not_packaged",
        "not_deployed",
    }


# Reasons


def _literals(path: str, function: str) -> set[str]:
    """The names among the texts in one function, its docstring left out."""
    tree = ast.parse((ROOT / path).read_text())
    [found] = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function]
    body = ast.Module(body=[node for node in found.body if not _is_text(node)], type_ignores=[])
    texts = (node.value for node in ast.walk(body) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z]+_[a-z_]+|suppressed", text)}


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_each_reason_for_which_the_account_waits_is_in_the_documentation():
    """A4."""
    text = (ROOT / "docs" / "sending.md").read_text()
    assert [words for words in WHY_ALL_WAITS.values() if f"| {words} |" not in text] == []


def _skip_reasons() -> set[str]:
    """From the docstrings that list them, the calls of Skip, and the rows that are written as skipped."""
    sources = {path: path.read_text() for path in (ROOT / "chalicelib").rglob("*.py")}
    skips = {reason for text in sources.values() for reason in re.findall(r"Skip\(\"(\w+)\"\)", text)}
    rows = {reason for text in sources.values() for reason in re.findall(r"person, \"skipped\", \"(\w+)\"", text)}
    consent = _literals("chalicelib/domain/consent.py", "may_mail") | {"unconfirmed", "unsubscribed"}
    welcome = _literals("chalicelib/domain/decisions.py", "_free_at")
    closed = _literals("chalicelib/domain/quiet_times.py", "open_at") | {"holiday"}
    return skips | rows | consent | welcome | closed


def test_every_reason_to_skip_somebody_is_told_in_a_sentence():
    text = (ROOT / "docs" / "sending.md").read_text()
    section = text.partition("## Why somebody was skipped")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE))

    assert set(told) == _skip_reasons()
    assert {reason: sentence.replace("`", "") for reason, sentence in told.items()} == dict(SKIPPED)
    assert all(sentence.endswith(".") for sentence in told.values())


def test_every_reason_to_refuse_a_voucher_is_told():
    text = (ROOT / "docs" / "offers.md").read_text()
    tables = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    code = "\n".join(path.read_text() for path in (ROOT / "chalicelib").rglob("*.py"))
    reasons = set(re.findall(r"VoucherRefused\(\s*\"(\w+)\"", code)) | {"unknown", "exhausted"}

    assert callable(refusal_now)
    assert [reason for reason in sorted(reasons) if f"`{reason}`" not in tables] == []


def test_every_fault_of_the_ses_stand_in_is_told():
    text = (ROOT / "docs" / "local.md").read_text()
    documented = {fault for fault in CALL | ENTRY | OUTCOME if f"`{fault}`" in text}
    of_ses = {fault for fault in CALL if fault.endswith(("Exception", "Rejected"))}

    assert documented | of_ses | STATUSES == CALL | ENTRY | OUTCOME
