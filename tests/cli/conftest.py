"""The `habitue` command against the real routes: the application over ports in memory, served on a port of its own."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

from chalicelib import cli
from chalicelib.ports import App
from chalicelib.web import auth
from chalicelib.wiring import override_app
from chalicelib.workers.imports import import_part, start_import
from tests.fakes import make_app
from tests.fakes.files import MemoryFiles

KEY = "the-right-key"


class BucketFiles(MemoryFiles):
    """The bucket in memory, whose upload form leads to the server of the test."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""

    def upload_form(self, key: str, *_: Any) -> dict[str, Any]:
        return {"url": f"{self.url}/bucket", "fields": {"key": key}}


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


class Handler(BaseHTTPRequestHandler):
    server: "Server"
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path))
        if self.path == "/bucket":
            self._store(body)
            return
        answer = self.server.client.http.request(self.command, self.path, headers=dict(self.headers), body=body)
        self._send(answer.status_code, answer.body)

    def _store(self, body: bytes) -> None:
        """Keep an upload as S3 does, and run what its arrival and the import queue start."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = list(BytesParser(policy=policy.HTTP).parsebytes(head + body).iter_parts())
        fields = {part.get_param("name", header="content-disposition"): _content(part) for part in parts}
        key = fields["key"].decode()
        self.server.app.files.put(key, fields["file"], "text/csv")
        start_import({"detail": {"object": {"key": key}}})
        while waiting := self.server.app.queue.take("import"):  # type: ignore[attr-defined]
            for message in waiting:
                import_part({"Records": [{"messageId": "m-1", "body": json.dumps(message)}]})
        self._send(204, b"")

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """One stack: the application, its bucket, and what was asked of them."""

    def __init__(self, client: Client, app: App) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.client, self.app = client, app
        self.asked: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@dataclass(frozen=True)
class Ran:
    """One run of the command."""

    code: int
    out: str
    err: str


class Habitue:
    """Runs `habitue` in this process; `server` is the stack that it speaks to."""

    def __init__(self, capsys: pytest.CaptureFixture[str], server: Server | None = None) -> None:
        self._capsys = capsys
        self.server = server

    def __call__(self, *arguments: str | Path) -> Ran:
        self._capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A shop behind the real routes, named by the environment as a deployed stack is."""
    from app import app as chalice_app

    monkeypatch.setattr(auth, "get_api_key", lambda: KEY)
    files = BucketFiles()
    app = make_app(files=files)
    restore = override_app(app)
    with Server(Client(chalice_app, stage_name="local"), app) as server:
        files.url = server.url
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("HABITUE_URL", server.url)
        monkeypatch.setenv("HABITUE_API_KEY", KEY)
        yield server
        server.shutdown()
        thread.join()
    restore()


@pytest.fixture
def habitue(capsys: pytest.CaptureFixture[str], server: Server) -> Habitue:
    """The command with a stack."""
    return Habitue(capsys, server)


@pytest.fixture
def alone(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Habitue:
    """The command in an empty folder, with no stack anywhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HABITUE_URL", raising=False)
    monkeypatch.delenv("HABITUE_API_KEY", raising=False)
    return Habitue(capsys)
