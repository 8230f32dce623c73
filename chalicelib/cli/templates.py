"""`habitue template`: check a template on this machine, push it to the stack."""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from chalicelib.cli.output import json_option, show
from chalicelib.client.api import Client, Refused, connect, path_part
from chalicelib.domain.template_files import decode_source, findings_text, warning_line
from chalicelib.email.compiler import MjmlCompiler
from chalicelib.errors import TemplateInvalid

_WORTH_A_BAR = 3  # files
_TYPES = {".mjml": "application/xml", ".html": "text/html", ".htm": "text/html"}


def _source_file(_: click.Context, __: click.Parameter, value: Any) -> Any:
    """Refuse files of other kinds before anything is done."""
    for file in value if isinstance(value, tuple) else (value,):
        if file.suffix not in _TYPES:
            raise click.BadParameter(f"{file.name} must end in .mjml or .html")
    return value


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def template() -> None:
    """Check and upload mail templates."""


@template.command()
@click.argument("file", type=_FILE, callback=_source_file)
@json_option
def check(file: Path, *, as_json: bool) -> None:
    """Check a template without a stack: errors that can never be sent, and warnings.

    Ends with 1 where there is an error. Warnings marked "stops the launch" must be mended before a launch.

    \b
    Example:
        habitue template check birthday.en.mjml
    """
    found = _checked(file)
    show(found, as_json=as_json, text=findings_text)
    if found["errors"]:
        raise click.exceptions.Exit(1)


def _checked(file: Path) -> dict[str, Any]:
    """The findings in the form in which the API answers an upload."""
    name, locale = _name_and_locale(file)
    try:
        compiled = MjmlCompiler().compile(
            name, locale, decode_source(file.read_bytes()), None, mjml=_TYPES[file.suffix] != "text/html"
        )
    except TemplateInvalid as error:
        return {"errors": [asdict(detail) for detail in error.details], "warnings": []}
    return {
        "errors": [],
        "warnings": [warning.shown() for warning in compiled.warnings],
        "version": compiled.version,
        "variables": list(compiled.variables),
        "links": list(compiled.links),
        "size_bytes": compiled.size_bytes,
    }


def _name_and_locale(file: Path) -> tuple[str, str]:
    """`birthday.de.mjml` is the German version of `birthday`; without a language it is English."""
    name, _, locale = file.stem.partition(".")
    return name, locale or "en"


@template.command()
@click.argument("files", type=_FILE, nargs=-1, required=True, callback=_source_file)
@click.option("--draft", is_flag=True, help="Leave what is active as it is.")
@click.option("--note", help="What changed, in one line; it stands in the history.")
@json_option
def push(files: tuple[Path, ...], *, draft: bool, note: str | None, as_json: bool) -> None:
    """Upload templates and make them active. `birthday.de.mjml` is the German version of `birthday`.

    They become active once all of them were taken: where one is refused, none does.

    \b
    Example:
        habitue template push birthday.en.mjml birthday.de.mjml
    """
    client = connect()
    answers = []
    with _progress(files) as waiting:
        for file in waiting:
            answers.append({**_upload(client, file, note), "active": not draft})  # noqa: PERF401 - the bar moves on
    for answer in [] if draft else answers:
        _activate(client, answer)
    show(answers, as_json=as_json, text=lambda all_: "\n".join(map(_pushed, all_)))


def _progress(files: tuple[Path, ...]) -> AbstractContextManager[Iterable[Path]]:
    """A bar where somebody looks on and there is something to wait for; each file takes about a second."""
    if len(files) < _WORTH_A_BAR or not sys.stderr.isatty():
        return nullcontext(files)
    return click.progressbar(files, label="Uploading templates", file=sys.stderr)


def _upload(client: Client, file: Path, note: str | None) -> dict[str, Any]:
    name, locale = _name_and_locale(file)
    path, query = f"/templates/{path_part(name)}", {"locale": locale, "note": note}
    try:
        answer = client.call_raw("PUT", path, file.read_bytes(), _TYPES[file.suffix], query)
    except Refused as error:
        raise Refused(f"{file}: {error.message}", error.details) from error
    return {"name": name, "locale": locale, **answer}


def _activate(client: Client, answer: dict[str, Any]) -> None:
    path = f"/templates/{path_part(answer['name'])}/activate"
    try:
        client.call("POST", path, {"version": answer["version"]})
    except Refused as error:
        raise Refused(f"{answer['name']} ({answer['locale']}) is uploaded as a draft: {error.message}") from error


def _pushed(answer: dict[str, Any]) -> str:
    state = "active" if answer["active"] else f"draft, version {answer['version']}"
    warnings = [f"  {warning_line(item)}" for item in answer["warnings"]]
    return "\n".join([f"{answer['name']} ({answer['locale']}): {state}", *warnings])
