"""The front hands on what is the API's, answers what is local, and keeps its connections."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.local.checks import free_port
from chalicelib.local.clock import LocalClock
from chalicelib.local.front import MAX_BODY, Front
from chalicelib.local.idle import Idle

MAIL = {"id": "m-1", "to": "ann@shop.example", "from": "Shop <hi@shop.example>", "subject": "Hello"}
MAIL |= {
    "html": "<p>Hi</p>",
    "text": "Hi",
    "sent_at": "2030-01-01T00:00:00+00:00",
    "status": "delivered",
    "configuration_set": "",
    "message_id": "m",
}


class Api(BaseHTTPRequestHandler):
    """Stands for the deployed API: tells what reached it."""

    protocol_version = "HTTP/1.1"
    connections: set[int]

    def do(self) -> None:
        self.connections.add(self.client_address[1])
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = {"method": self.command, "path": self.path, "body": body.decode(), "headers": dict(self.headers.items())}
        answer = json.dumps(told).encode()
        self.send_response(201)
        for name, value in (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Type", "application/json")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def _front(tmp_path: Path, base_path: str = "") -> Iterator[SimpleNamespace]:
    with ExitStack() as running:
        api = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Api,), {"connections": set()}))
        api.daemon_threads = True
        threading.Thread(target=api.serve_forever, args=(0.05,), daemon=True).start()
        running.callback(api.server_close)
        running.callback(api.shutdown)
        clock = LocalClock(tmp_path / "clock")
        stack = SimpleNamespace(
            aws_endpoint=f"http://127.0.0.1:{api.server_port}",
            installed=SimpleNamespace(api_path="/restapis/r1/api/_user_request_"),
            ses=SimpleNamespace(mails=lambda: [{**MAIL, "headers": {}, "tags": {}}]),
            clock=clock,
            move_clock=clock.move_to,
            idle=lambda: Idle(idle=False, pending={"due": 2}),
        )
        port = free_port()
        front = Front(stack, port, base_path)  # type: ignore[arg-type]
        running.callback(front.stop)
        front.start()
        yield SimpleNamespace(port=port, api=api, clock=clock, front=front)


@pytest.fixture
def front(tmp_path: Path) -> Iterator[SimpleNamespace]:
    with _front(tmp_path) as served:
        yield served


def _ask(
    front: SimpleNamespace, method: str, path: str, body: str | bytes | None = None, **headers: str
) -> tuple[int, Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, answer.msg, answer.read()
    finally:
        connection.close()


def test_a_request_reaches_the_api_as_it_was_sent(front: SimpleNamespace) -> None:
    status, headers, body = _ask(front, "PUT", "/v1/customers/a%2Fb?x=1&y=%20", '{"a": 1}', Authorization="Bearer k")

    told = json.loads(body)
    assert status == 201
    assert (told["method"], told["body"]) == ("PUT", '{"a": 1}')
    assert told["path"] == "/restapis/r1/api/_user_request_/v1/customers/a%2Fb?x=1&y=%20"
    assert told["headers"]["Authorization"] == "Bearer k"
    assert told["headers"]["X-Forwarded-Host"] == f"127.0.0.1:{front.port}"
    assert headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_a_head_is_a_get_without_its_body(front: SimpleNamespace) -> None:
    """C1: what scanners do with every link. API Gateway itself has no HEAD."""
    status, headers, body = _ask(front, "HEAD", "/u/token")

    assert (status, body) == (201, b"")
    assert int(headers["Content-Length"]) > 0


def test_connections_to_the_api_are_kept(front: SimpleNamespace) -> None:
    for _ in range(20):
        _ask(front, "GET", "/v1/shop")

    assert len(front.api.RequestHandlerClass.connections) == 1


def test_a_connection_that_was_closed_meanwhile_is_made_anew(front: SimpleNamespace) -> None:
    _ask(front, "GET", "/v1/shop")
    connection = front.front._server.upstream._idle.queue[0]
    connection.sock.shutdown(2)

    status, _, _ = _ask(front, "GET", "/v1/shop")

    assert status == 201


def test_an_api_that_is_gone_is_a_502_that_says_so(front: SimpleNamespace) -> None:
    front.api.shutdown()
    front.api.server_close()

    status, _, body = _ask(front, "GET", "/v1/shop")

    assert status == 502
    assert "The local AWS gave no answer" in json.loads(body)["error"]["message"]


def test_a_body_over_the_limit_of_api_gateway_is_refused_unread(front: SimpleNamespace) -> None:
    status, _, body = _ask(front, "POST", "/v1/imports", b"", Content_Length=str(MAX_BODY + 1))

    assert (status, json.loads(body)["error"]["code"]) == (413, "too_large")


def test_a_body_in_chunks_is_refused_with_the_mend(front: SimpleNamespace) -> None:
    status, _, body = _ask(front, "POST", "/v1/imports", None, Transfer_Encoding="chunked")

    assert (status, json.loads(body)["error"]["code"]) == (411, "length_required")


def test_below_a_base_path_the_api_sees_the_path_without_it(tmp_path: Path) -> None:
    with _front(tmp_path, "/shop") as front:
        _, _, body = _ask(front, "GET", "/shop/console")
        local, _, _ = _ask(front, "GET", "/shop/local/mailbox?format=json")
        outside, _, _ = _ask(front, "GET", "/console")

    assert json.loads(body)["path"] == "/restapis/r1/api/_user_request_/console"
    assert (local, outside) == (200, 404)


def test_the_mailbox_lists_every_mail_and_shows_each(front: SimpleNamespace) -> None:
    _, _, listed = _ask(front, "GET", "/local/mailbox?format=json")
    page_status, page_headers, page = _ask(front, "GET", "/local/mailbox")
    one_status, _, one = _ask(front, "GET", "/local/mailbox/m-1")
    missing, _, error = _ask(front, "GET", "/local/mailbox/m-2")

    assert [mail["subject"] for mail in json.loads(listed)["mails"]] == ["Hello"]
    assert (page_status, one_status, missing) == (200, 200, 404)
    assert page_headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page_headers["Content-Security-Policy"]
    assert b"Hello" in page
    assert b"Hello" in one
    assert json.loads(error)["error"]["code"] == "not_found"


def test_the_sample_shops_products_have_their_pictures_here(front: SimpleNamespace) -> None:
    status, headers, body = _ask(front, "GET", "/local/images/CB-101.svg")
    unknown, _, _ = _ask(front, "GET", "/local/images/NOTHING.svg")

    assert (status, unknown) == (200, 404)
    assert headers["Content-Type"] == "image/svg+xml"
    assert body.startswith(b"<svg")


def test_the_clock_is_moved_forward_and_never_back(front: SimpleNamespace) -> None:
    moved, _, body = _ask(front, "POST", "/local/clock", '{"now": "2040-05-01T09:00:00+01:00"}')
    back, _, error = _ask(front, "POST", "/local/clock", '{"now": "2039-05-01T09:00:00+01:00"}')

    assert (moved, back) == (200, 409)
    assert json.loads(body)["now"].startswith("2040-05-01T08:00:0")
    assert json.loads(error)["error"]["code"] == "clock_moved_back"
    assert front.clock.now() >= datetime(2040, 5, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"now": 5}', '{"now": "tomorrow"}', '{"now": "2040-05-01T09:00:00"}']
)
def test_a_time_that_is_none_is_refused_and_the_clock_stands(front: SimpleNamespace, body: str) -> None:
    status, _, answer = _ask(front, "POST", "/local/clock", body)

    assert (status, json.loads(answer)["error"]["code"]) == (400, "malformed")
    assert not front.clock.file.exists()


def test_idle_answers_what_is_left(front: SimpleNamespace) -> None:
    status, _, body = _ask(front, "POST", "/local/idle")

    assert (status, json.loads(body)) == (200, {"idle": False, "pending": {"due": 2}})


@pytest.mark.parametrize(
    ("headers"), [{"Origin": "https://evil.example"}, {"Host": "evil.example:8000"}, {"Origin": "null"}]
)
def test_a_foreign_page_may_not_move_the_clock_or_read_the_mails(
    front: SimpleNamespace, headers: dict[str, str]
) -> None:
    moved, _, _ = _ask(front, "POST", "/local/clock", '{"now": "2040-05-01T09:00:00+01:00"}', **headers)
    read, _, body = _ask(front, "GET", "/local/mailbox?format=json", **headers)

    assert (moved, read) == (403, 403)
    assert b"ann@" not in body
    assert not front.clock.file.exists()


def test_a_foreign_name_that_leads_here_opens_no_console(front: SimpleNamespace) -> None:
    """F3: nobody signs in to a local console, so a page that rebinds its name must not get at it or its forms."""
    for method in ("GET", "POST"):
        status, _, body = _ask(front, method, "/console/templates", Host="evil.example:8000")
        assert (status, json.loads(body)["error"]["code"]) == (403, "forbidden")
    status, _, body = _ask(front, "POST", "/console/templates", "csrf=x", Origin="null")
    assert json.loads(body)["path"].endswith("/console/templates")


def test_an_unknown_local_page_is_not_handed_to_the_api(front: SimpleNamespace) -> None:
    status, _, body = _ask(front, "GET", "/local/nothing")

    assert (status, json.loads(body)["error"]["code"]) == (404, "not_found")
    assert not front.api.RequestHandlerClass.connections


def test_the_port_is_closed_after_stop(front: SimpleNamespace) -> None:
    front.front.stop()
    front.front.stop()

    with pytest.raises(ConnectionRefusedError):
        _ask(front, "GET", "/")
