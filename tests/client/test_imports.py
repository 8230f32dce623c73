"""An import against a real HTTP server: the form as S3 reads it, a chunk at a time, and the wait for the rows."""

import json
import threading
import tracemalloc
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.client.api import Client, Refused, StackUnreachable
from chalicelib.client.imports import import_csv, refused_rows

FIELDS = {"key": "uploads/i-1.csv", "policy": "eyJ==", "x-amz-signature": "ab+c/d=", "x-amz-meta-ü": "ä"}
MIB = 1 << 20
EMPTY: dict[str, Any] = {"created": 0, "updated": 0, "unchanged": 0, "refused": 0, "rows": [], "next": None}


class Shop(ThreadingHTTPServer):
    """Imports and their bucket in one: keeps what was asked, takes uploads as told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str]] = []
        self.bodies: list[Any] = []
        self.form: tuple[str, bytes] = ("", b"")  # content type and body of the upload
        self.keep = True
        self.read = 0  # bytes of the upload
        self.upload_answer = (204, b"")
        self.reports: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        if self.path == "/bucket":
            self._take(length)
            return
        self.server.asked.append(("POST", self.path))
        self.server.bodies.append(json.loads(self.rfile.read(length)))
        form = {"url": f"{self.server.url}/bucket", "fields": FIELDS}
        self._answer(202, json.dumps({"id": "i-1", "status": "waiting", "upload": form}).encode())

    def do_GET(self) -> None:
        self.server.asked.append(("GET", self.path))
        self._answer(200, json.dumps(self.server.reports.pop(0)).encode())

    def _take(self, length: int) -> None:
        assert "Transfer-Encoding" not in self.headers  # S3 takes no chunked form
        kept = []
        while self.server.read < length and (part := self.rfile.read(min(MIB, length - self.server.read))):
            self.server.read += len(part)
            if self.server.keep:
                kept.append(part)
        self.server.form = self.headers["Content-Type"], b"".join(kept)
        self._answer(*self.server.upload_answer)

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr("chalicelib.client.imports._POLL_SECONDS", 0.0)
    with Shop() as shop:
        thread = threading.Thread(target=shop.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield shop
        shop.shutdown()
        thread.join()


@pytest.fixture
def client(shop: Shop) -> Client:
    return Client(url=shop.url, key="key-1")


def report(status: str, **fields: Any) -> dict[str, Any]:
    return {"id": "i-1", "status": status, "progress": 0.0, **EMPTY, **fields}


def parts_of(shop: Shop) -> list[tuple[Any, Any, Any]]:
    """The form as a standard parser reads it: name, file name, content."""
    content_type, body = shop.form
    head = f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    assert message.is_multipart()
    found = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        found.append((name, part.get_filename(), part.get_payload(decode=True)))
    return found


CONTENT = b'id,email\r\n1,"a\r\n--b"\r\n\xff\xfe2,\r\n\r\n--habitue-upload\r\n'


def test_a_file_is_posted_as_s3_asks_and_its_report_comes_back(shop, client, tmp_path):
    (tmp_path / "c.csv").write_bytes(CONTENT)
    shop.reports = [report("splitting"), report("running", progress=0.5), report("done", progress=1.0, created=2)]
    uploaded: list[float] = []
    stored: list[float] = []

    answer = import_csv(
        client,
        "customers",
        tmp_path / "c.csv",
        {"id": "CustomerID"},
        dry_run=True,
        uploaded=uploaded.append,
        stored=stored.append,
    )

    assert answer == report("done", progress=1.0, created=2)
    assert shop.bodies == [{"kind": "customers", "mapping": {"id": "CustomerID"}, "dry_run": True}]
    assert shop.asked == [("POST", "/v1/imports")] + [("GET", "/v1/imports/i-1?limit=1")] * 3
    *fields, file = parts_of(shop)
    # The file stands last: S3 ignores the fields after it.
    assert file == ("file", "upload.csv", CONTENT)
    assert [name for name, _, _ in fields] == list(FIELDS)
    assert [value.decode() for _, _, value in fields] == list(FIELDS.values())
    assert (uploaded, stored) == ([len(CONTENT)], [0.0, 0.5, 1.0])


def test_two_uploads_never_share_a_boundary(shop, client, tmp_path):
    """A file may hold any line, also the boundary of another upload."""
    seen = set()
    for _ in range(2):
        (tmp_path / "c.csv").write_bytes(shop.form[1] or b"id\n1\n")
        shop.read, shop.reports = 0, [report("done")]
        import_csv(client, "customers", tmp_path / "c.csv")
        seen.add(shop.form[0])

    assert len(seen) == 2
    [(_, _, content)] = [part for part in parts_of(shop) if part[0] == "file"]
    assert content == (tmp_path / "c.csv").read_bytes()


def test_an_empty_file_is_uploaded_too(shop, client, tmp_path):
    (tmp_path / "c.csv").write_bytes(b"")
    shop.reports = [report("failed", reason="the file is empty")]

    assert import_csv(client, "customers", tmp_path / "c.csv")["reason"] == "the file is empty"

    assert parts_of(shop)[-1] == ("file", "upload.csv", b"")


def test_a_big_file_goes_up_in_constant_memory(shop, client, tmp_path):
    size = 96 * MIB
    with (tmp_path / "c.csv").open("wb") as file:
        file.truncate(size)
    shop.keep, shop.reports = False, [report("done")]
    uploaded: list[float] = []
    tracemalloc.start()

    import_csv(client, "orders", tmp_path / "c.csv", uploaded=uploaded.append)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * MIB  # of the server, too, which runs in this process
    assert sum(uploaded) == size
    assert set(uploaded) == {MIB}
    assert shop.read > size


def test_a_bucket_that_refuses_is_quoted_and_the_import_is_not_waited_for(shop, client, tmp_path):
    (tmp_path / "c.csv").write_bytes(b"id\n")
    shop.upload_answer = 400, b"<?xml version='1.0'?><Error><Code>EntityTooLarge</Code><Message>Big</Message></Error>"

    with pytest.raises(Refused, match=r"the bucket refused the upload with status 400: EntityTooLarge$"):
        import_csv(client, "customers", tmp_path / "c.csv")

    assert shop.asked == [("POST", "/v1/imports")]


@pytest.mark.parametrize("answer", [(307, b""), (503, b"busy")])
def test_a_bucket_that_does_not_take_the_file_is_an_error(shop, client, tmp_path, answer):
    (tmp_path / "c.csv").write_bytes(b"id\n")
    shop.upload_answer = answer

    with pytest.raises(Refused, match=rf"the bucket refused the upload with status {answer[0]}$"):
        import_csv(client, "customers", tmp_path / "c.csv")


def test_a_bucket_that_is_not_there_is_an_error_with_a_way_out(shop, client, tmp_path, monkeypatch):
    (tmp_path / "c.csv").write_bytes(b"id\n")
    monkeypatch.setattr(Shop, "url", "http://127.0.0.1:1")

    with pytest.raises(StackUnreachable, match=r"the upload broke off \(NewConnectionError\)\. Import the file again"):
        import_csv(client, "customers", tmp_path / "c.csv")


def test_a_missing_file_begins_no_import(shop, client, tmp_path):
    with pytest.raises(FileNotFoundError):
        import_csv(client, "customers", tmp_path / "none.csv")

    assert shop.asked == []


def test_refused_rows_come_from_all_pages(shop, client):
    rows = [{"line": n, "column": "email", "reason": "no address"} for n in range(5)]
    pages = [report("done", rows=rows[:2], next="2"), report("done", rows=rows[2:4], next="4")]
    shop.reports = [*pages, report("done", rows=rows[4:])]

    assert refused_rows(client, "i-1") == rows

    assert [path for _, path in shop.asked] == [
        "/v1/imports/i-1?limit=1000",
        "/v1/imports/i-1?limit=1000&cursor=2",
        "/v1/imports/i-1?limit=1000&cursor=4",
    ]


def test_no_more_pages_are_read_than_are_wanted(shop, client):
    rows = [{"line": n, "column": None, "reason": "x"} for n in range(4)]
    shop.reports = [report("done", rows=rows[:2], next="2"), report("done", rows=rows[2:], next="4")]

    assert refused_rows(client, "i-1", 3) == rows[:3]
    assert refused_rows(client, "i-1", 0) == []

    assert len(shop.asked) == 2
