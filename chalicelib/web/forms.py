"""The forms that browsers send: fields and files, urlencoded or in parts, each within its bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from urllib.parse import parse_qs

from chalice.app import Request

from chalicelib.errors import MalformedRequest
from chalicelib.web.bodies import read_bytes

URLENCODED, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
_MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody chose."""

    name: str  # as their machine calls it, without folders
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """The fields by name, each with its last value, and the files that were chosen."""

    fields: Mapping[str, str]
    files: Mapping[str, File]

    def text(self, name: str) -> str | None:
        """A field without the white space around it; None where it is left out or empty."""
        return self.fields.get(name, "").strip() or None

    def whole(self, name: str) -> str | None:
        """A field as it was written, with line ends as `\n`; None where there is nothing but white space in it."""
        value = self.fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
        return value if value.strip() else None


def read_form(request: Request, max_bytes: int) -> Form:
    """The form in the body. Raises: UnsupportedType, TooLarge, MalformedRequest."""
    body = read_bytes(request, (URLENCODED, PARTS), max_bytes)
    header = str(request.headers.get("content-type", URLENCODED))
    if header.lower().startswith(PARTS):
        return _from_parts(header, body)
    try:
        found = parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise MalformedRequest(f"The form has more than {_MOST_FIELDS} fields.") from error
    return Form({name: values[-1] for name, values in found.items()}, {})


def _from_parts(header: str, body: bytes) -> Form:
    head = f"Content-Type: {header}\r\n\r\n".encode(errors="replace")
    whole = BytesParser(EmailMessage, policy=policy.HTTP).parsebytes(head + body)
    fields: dict[str, str] = {}
    files: dict[str, File] = {}
    parts = list(whole.iter_parts()) if whole.is_multipart() else []
    if len(parts) > _MOST_FIELDS:
        raise MalformedRequest(f"The form has more than {_MOST_FIELDS} fields.")
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        file_name = part.get_filename()
        if file_name is None:
            fields[name] = content.decode(errors="replace")
        elif file_name and content:
            files[name] = File(file_name.replace("\\", "/").rpartition("/")[2], content)
    return Form(fields, files)
