"""Chromium, an App in memory, and the pages under a base path as API Gateway's stage gives one."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from chalice.test import Client

from chalicelib.wiring import override_app
from tests.fakes import make_app

BASE = "/api"


@pytest.fixture
def app() -> Iterator[Any]:
    made = make_app()
    restore = override_app(made)
    yield made
    restore()


@pytest.fixture
def base(app: Any) -> Iterator[str]:
    """The address of the pages, behind `/api` as behind a stage."""
    from app import app as chalice

    client = Client(chalice, stage_name="local")

    class Front(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found = client.http.request(
                self.command, self.path.removeprefix(BASE), headers=dict(self.headers), body=body
            )
            self.send_response(found.status_code if self.path.startswith(BASE) else 404)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(found.body)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{BASE}"
    server.shutdown()
    server.server_close()
    thread.join()
