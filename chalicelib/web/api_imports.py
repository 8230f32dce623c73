"""Imports over HTTP: begun with a POST, carried on by workers, watched with a GET."""

from chalicelib.errors import TooLarge
from chalicelib.services.create_import import create_import
from chalicelib.services.read_import import read_import
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import (
    flag_field,
    object_field,
    optional_text,
    pick,
    query_limit,
    query_text,
    read_object,
    text_field,
)
from chalicelib.web.idempotency import once
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json
from chalicelib.wiring import get_app

MAX_INLINE = 3 * 1_048_576  # bytes of CSV; API Gateway and Lambda together let 6 MB of JSON through
_MAX_BODY = 10 * 1_048_576


@v1("POST", "/imports")
def begin_import() -> Answer:
    """Begin an import: with the CSV in `csv`, or without it, to get an address to upload it to."""
    body = pick(read_object(request(), max_bytes=_MAX_BODY), "kind", "mapping", "dry_run", "csv")
    csv = optional_text(body, "csv")
    content = None if csv is None else csv.encode()
    if content is not None and len(content) > MAX_INLINE:
        raise TooLarge(
            f"csv has {len(content):,} bytes, the limit inline is {MAX_INLINE:,}. "
            "Leave csv out and upload the file to the address that the answer names."
        )
    kind, mapping, dry_run = text_field(body, "kind"), object_field(body, "mapping"), flag_field(body, "dry_run")
    answer = once(body, lambda: create_import(get_app(), kind=kind, mapping=mapping, dry_run=dry_run, csv=content))
    return Answer(answer, 202)


@v1("GET", "/imports/{import_id}")
def watch_import(import_id: str) -> Json:
    """How far an import is, and a page of the rows that it refused."""
    return read_import(get_app(), import_id, query_limit(request()), query_text(request(), "cursor"))
