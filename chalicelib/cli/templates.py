"""`habitue template`: check a template on this machine, push it to the stack."""

import json
from pathlib import Path
from typing import Any

import click

from chalicelib.cli.output import json_option, show
from chalicelib.client.api import connect, path_part
from chalicelib.email.compiler import MjmlCompiler
from chalicelib.errors import TemplateInvalid

_TYPES = {".mjml": "application/xml", ".html": "text/html", ".htm": "text/html"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def template() -> None:
    """Check and upload mail templates."""


def _name_and_locale(file: Path) -> tuple[str, str]:
    """`birthday.de.mjml` is the German version of `birthday`; without a language it is English."""
    name, _, locale = file.stem.partition(".")
    return name, locale or "en"


@template.command()
@click.argument("file", type=_FILE)
@json_option
def check(file: Path, *, as_json: bool) -> None:
    """Check a template without a stack: errors that can never be sent, and warnings.

    \b
    Example:
        habitue template check birthday.en.mjml
    """
    name, locale = _name_and_locale(file)
    try:
        source = file.read_text(encoding="utf-8")
        compiled = MjmlCompiler().compile(name, locale, source, None, mjml=_is_mjml(file))
    except TemplateInvalid as error:
        errors = [{"where": detail.where, "message": detail.message} for detail in error.details]
        show({"errors": errors, "warnings": []}, as_json=as_json, text=_findings)
        raise click.exceptions.Exit(1) from error
    found = {"errors": [], "warnings": list(compiled.warnings), "variables": list(compiled.variables)}
    show(found, as_json=as_json, text=_findings)


def _is_mjml(file: Path) -> bool:
    if file.suffix not in _TYPES:
        raise click.BadParameter(f"{file.name} must end in .mjml or .html")
    return _TYPES[file.suffix] == "application/xml"


def _findings(content: dict[str, Any]) -> str:
    lines = [f"error    {item['where']}: {item['message']}" for item in content["errors"]]
    lines += [f"warning  {json.dumps(item) if isinstance(item, dict) else item}" for item in content["warnings"]]
    return "\n".join(lines) or "No fault found."


@template.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
@json_option
def push(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Upload templates and make them active. `birthday.de.mjml` is the German version of `birthday`.

    \b
    Example:
        habitue template push birthday.en.mjml birthday.de.mjml
    """
    client = connect()
    answers = []
    for file in files:
        _is_mjml(file)
        name, locale = _name_and_locale(file)
        path = f"/templates/{path_part(name)}"
        answer = client.call_raw("PUT", path, file.read_bytes(), _TYPES[file.suffix], {"locale": locale})
        client.call("POST", f"{path}/activate", {"locale": locale, "version": answer["version"]})
        answers.append({"name": name, "locale": locale, **answer})
    show(answers, as_json=as_json, text=lambda all_: "\n".join(f"{a['name']} ({a['locale']}): active" for a in all_))
