"""What a file of a template is called, and how its bytes become the author's source."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from re import ASCII
from re import compile as regex
from typing import Any

from chalicelib.errors import Detail, InvalidInput, TemplateInvalid

DROPPED = "uploads/templates/"  # where a file is dropped into the bucket
_REPORTS = (".report.json", ".report.txt")
_PLAIN = regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,149}", ASCII)
_NAME = regex(r"([a-z0-9-]+)(?:\.([A-Za-z]{2,3}(?:-[A-Za-z]+)*))?\.(mjml|html|htm)", ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFile:
    """A template's name, its locale where the file tells one, and how to read it."""

    name: str
    locale: str | None
    mjml: bool


def template_file(file_name: str) -> TemplateFile:
    """`birthday.de.mjml` is the German version of `birthday`. Raises: InvalidInput, for any other form."""
    found = _NAME.fullmatch(file_name)
    if found is None:
        raise InvalidInput(
            f"the file name {shown_name(file_name)} is not NAME.LOCALE.mjml or NAME.LOCALE.html, such as "
            "birthday.de.mjml; names have small letters, digits and dashes; archives and folders are not taken"
        )
    return TemplateFile(name=found[1], locale=found[2], mjml=found[3] == "mjml")


def decode_source(content: bytes) -> str:
    """The bytes of a file as text. Raises: TemplateInvalid, naming the place that is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        message = f"the byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise TemplateInvalid(message, [Detail(f"line {line}, column {column}", message)]) from error


def dropped_name(key: str) -> str | None:
    """What a key of the bucket calls a dropped file; None: a report of ours, the mark of a folder, or elsewhere."""
    if not key.startswith(DROPPED) or key.endswith(("/", *_REPORTS)):
        return None
    return key.removeprefix(DROPPED)


def report_keys(key: str) -> tuple[str, str]:
    """Where the report on a dropped file lies, as JSON and as text: beside it.

    A name that no file of ours has may mean something to whoever copies the bucket to a disk (`../`), so its report has
    a name of its own.
    """
    name = key.removeprefix(DROPPED)
    if not _PLAIN.fullmatch(name):
        key = f"{DROPPED}refused-{sha256(name.encode(errors='surrogateescape')).hexdigest()[:16]}"
    return f"{key}{_REPORTS[0]}", f"{key}{_REPORTS[1]}"


def shown_name(name: str) -> str:
    """A name as a report may quote it: no control characters, not endless."""
    return ascii(name[:150])


def report_text(report: Mapping[str, Any]) -> str:
    """The report for people."""
    lines = [f"{report['file']}: {_STATUS[report.get('state', 'refused')].format(**report)}", ""]
    return "\n".join([*lines, findings_text(report)]) + "\n"


def findings_text(found: Mapping[str, Any]) -> str:
    """The errors and warnings of a compilation, one a line."""
    lines = [f"error    {_placed(item)}" for item in found["errors"]]
    lines += [warning_line(item) for item in found["warnings"]]
    return "\n".join(lines) or "No fault found."


def warning_line(item: Mapping[str, str]) -> str:
    """One warning or hint with its rule."""
    stops = " (stops the launch)" if item["severity"] == "stops" else ""
    kind = "hint   " if item["severity"] == "hint" else "warning"
    return f"{kind}  {_placed(item)}{stops} [{item['rule']}]"


def _placed(item: Mapping[str, str]) -> str:
    return f"{item['where']}: {item['message']}".removeprefix(": ")


_STATUS = {
    "active": "this is version {version} of {name} ({locale}), which is active already.",
    "earlier": "this is version {version} of {name} ({locale}), which a newer one has followed. To go back to it: "
    "`habitue template activate {name} --version {version}`.",
    "draft": "taken as version {version} of {name} ({locale}), a draft.\n"
    "Nothing is sent with it before it is activated: in the console, by `habitue template activate {name}`, or by "
    "POST /v1/templates/{name}/activate.",
    "refused": "refused. Nothing was stored. Mend it and drop it again.",
}
