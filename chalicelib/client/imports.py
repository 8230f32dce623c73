"""A CSV file through the API: ask for an upload, post the file, wait until its rows are stored."""

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import urllib3

from chalicelib.client.api import Client, Refused, StackUnreachable

_CHUNK = 1 << 20
_POLL_SECONDS = 0.5
_STUCK_SECONDS = 600.0
_ENDED = ("done", "failed")

Progress = Callable[[float], None]


def _ignore(_: float) -> None:
    return None


def import_csv(
    client: Client,
    kind: str,
    file: Path,
    mapping: Mapping[str, str] | None = None,
    *,
    dry_run: bool = False,
    uploaded: Progress = _ignore,
    stored: Progress = _ignore,
) -> dict[str, Any]:
    """The report of the import, once it has ended.

    Args:
        client: the stack.
        kind: customers, orders or products.
        file: read a chunk at a time.
        mapping: field -> column of the file.
        dry_run: check every row, store nothing.
        uploaded: called with the bytes of each chunk that went up.
        stored: called with the share of the rows that were dealt with, 0 to 1.

    Raises:
        Refused: the stack or its bucket refused; or parts of the file fail and nothing has moved for ten minutes.
    """
    with file.open("rb") as content:
        started = client.call("POST", "/imports", {"kind": kind, "mapping": dict(mapping or {}), "dry_run": dry_run})
        _upload(started["upload"], content, file.stat().st_size, uploaded)
    return {"id": started["id"], **_wait(client, started["id"], stored)}


def _wait(client: Client, import_id: str, stored: Progress) -> dict[str, Any]:
    reached, moved_at = -1.0, time.monotonic()
    while True:
        report: dict[str, Any] = client.call("GET", f"/imports/{import_id}", query={"limit": 1})
        share = float(report.get("progress") or 0)
        stored(share)
        if report["status"] in _ENDED:
            return report
        if share > reached:
            reached, moved_at = share, time.monotonic()
        # A part that failed to the end lies in the dead-letter queue; the import says why, and does not go on.
        if report.get("reason") and time.monotonic() - moved_at > _STUCK_SECONDS:
            raise Refused(f"import {import_id} does not go on: {report['reason']}")
        time.sleep(_POLL_SECONDS)


def refused_rows(client: Client, import_id: str, most: int | None = None) -> list[dict[str, Any]]:
    """The refused rows of an import, in order of the file; all of them, or the first `most`."""
    rows: list[dict[str, Any]] = []
    cursor = None
    while most is None or len(rows) < most:
        page = client.call("GET", f"/imports/{import_id}", query={"limit": 1000, "cursor": cursor})
        rows += page["rows"]
        cursor = page.get("next")
        if not cursor:
            break
    return rows[:most]


def _upload(form: Mapping[str, Any], file: BinaryIO, size: int, progress: Progress) -> None:
    """Post the file as a browser would, a chunk at a time."""
    boundary = f"habitue-{secrets.token_hex(16)}"
    head, tail = _head(form["fields"], boundary), f"\r\n--{boundary}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield head
        while chunk := file.read(_CHUNK):
            yield chunk
            progress(len(chunk))
        yield tail

    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    try:
        answer = urllib3.request("POST", form["url"], body=body(), headers=headers, retries=False, timeout=600.0)
    except urllib3.exceptions.HTTPError as error:
        raise StackUnreachable(f"the upload broke off ({type(error).__name__}). Import the file again.") from error
    if answer.status >= 300:
        raise Refused(f"the bucket refused the upload with status {answer.status}{_code(answer.data)}")


def _head(fields: Mapping[str, str], boundary: str) -> bytes:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    # S3 ignores what comes after the file: it stands last.
    # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
    parts.append('Content-Disposition: form-data; name="file"; filename="upload.csv"\r\nContent-Type: text/csv\r\n\r\n')
    return "\r\n".join(f"--{boundary}\r\n{part}" for part in parts).encode()


def _code(answer: bytes) -> str:
    """S3's own word for it, out of its XML: ": EntityTooLarge"."""
    found = re.search(rb"<Code>(\w{1,64})</Code>", answer)
    return f": {found[1].decode()}" if found else ""
