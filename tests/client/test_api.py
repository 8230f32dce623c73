"""The client of `/v1` against a real HTTP server: answers, errors, and where the stack is."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chalicelib.client.api import Client, Refused, StackUnreachable, connect, path_part
from chalicelib.errors import Detail


class Server(ThreadingHTTPServer):
    """Keeps what was asked and answers what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        status, content = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(server: Server) -> Client:
    return Client(url=server.url, key="key-1")


def test_a_call_carries_key_body_and_query_and_answers_the_json(server, client):
    server.answers = [(200, b'{"status": "done"}')]

    answer = client.call("PUT", "/imports/i-1", {"name": "Tée"}, {"limit": 10, "cursor": None, "q": "a b&c"})

    assert answer == {"status": "done"}
    [(method, path, headers, body)] = server.asked
    assert (method, path) == ("PUT", "/v1/imports/i-1?limit=10&q=a+b%26c")
    assert headers["Authorization"] == "Bearer key-1"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {"name": "Tée"}


def test_a_call_without_a_body_has_none(server, client):
    server.answers = [(200, b"[]")]

    assert client.call("GET", "/flows") == []

    [(_, path, _, body)] = server.asked
    assert (path, body) == ("/v1/flows", b"")


def test_a_body_of_any_type_goes_as_it_is(server, client):
    server.answers = [(200, b"{}")]

    client.call_raw("PUT", "/templates/a", b"<mjml/>", "application/xml", {"locale": "en"})

    [(_, path, headers, body)] = server.asked
    assert (path, headers["Content-Type"], body) == ("/v1/templates/a?locale=en", "application/xml", b"<mjml/>")


@pytest.mark.parametrize("status", [200, 202, 204])
def test_an_empty_answer_is_none(server, client, status):
    server.answers = [(status, b"")]

    assert client.call("POST", "/flows/a/enable") is None


def test_a_refusal_says_what_the_api_says(server, client):
    error = {
        "code": "template_invalid",
        "message": "The template has 1 error.",
        "details": [{"where": "line 12, column 7", "message": "no tag mj-texx"}],
    }
    server.answers = [(422, json.dumps({"error": error}).encode())]

    with pytest.raises(Refused) as caught:
        client.call("PUT", "/templates/a")

    assert caught.value.message == "The template has 1 error."
    assert caught.value.details == (Detail("line 12, column 7", "no tag mj-texx"),)


# What stands before the API answers in its own ways.
OTHERS = {
    "API Gateway": (403, b'{"message": "Forbidden"}', "the stack answered 403: Forbidden"),
    "Chalice": (500, b'{"Code": "InternalServerError", "Message": "Sorry"}', "the stack answered 500: Sorry"),
    "a text for an error": (400, b'{"error": "bad"}', "the stack answered 400: bad"),
    "an error without words": (400, b'{"error": {}}', "the stack answered 400"),
    "details that are none": (400, b'{"error": {"message": "no", "details": ["x", {}]}}', "no"),
    "nothing": (502, b"", "the stack answered 502"),
    "null": (502, b"null", "the stack answered 502"),
    "a list": (502, b"[]", "the stack answered 502"),
    "HTML": (502, b"<html>", "the stack answered 502 with something that is no JSON"),
    "HTML that looks well": (200, b"<html>", "the stack answered 200 with something that is no JSON"),
    "a redirect": (301, b"", "the stack answered 301"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_an_answer_that_is_no_answer_of_the_api_is_a_refusal(server, client, case):
    status, content, words = OTHERS[case]
    server.answers = [(status, content)]

    with pytest.raises(Refused) as caught:
        client.call("GET", "/flows")

    assert caught.value.message == words


def test_a_call_is_made_once_whatever_it_answers(server, client):
    server.answers = [(503, b"{}")]

    with pytest.raises(Refused):
        client.call("POST", "/vouchers/A/redeem", {})

    assert len(server.asked) == 1


def test_nobody_there_says_how_to_start_a_stack():
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(StackUnreachable, match=r"does not answer \(NewConnectionError\)\. Start a stack with"):
        Client(url=url, key="k").call("GET", "/flows")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http://[::1"])
def test_an_address_that_is_none_is_an_error_with_a_way_out(url):
    with pytest.raises(StackUnreachable, match="HABITUE_URL"):
        Client(url=url, key="k").call("GET", "/flows")


# ---- Where the stack is


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and no variables."""
    monkeypatch.chdir(tmp_path)
    for name in ("HABITUE_URL", "HABITUE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".local").mkdir()
    return tmp_path


def stack_file(folder: Path, **changes: Any) -> None:
    stack = {"url": "http://127.0.0.1:8000", "api_key": "local-key", "pid": os.getpid(), "console": "x"} | changes
    (folder / ".local" / "stack.json").write_text(json.dumps(stack))


def test_both_variables_name_a_stack_before_the_local_one(folder, monkeypatch):
    stack_file(folder)
    monkeypatch.setenv("HABITUE_URL", "https://api.shop.example.com/")
    monkeypatch.setenv("HABITUE_API_KEY", "key-1")

    assert connect() == Client(url="https://api.shop.example.com", key="key-1")


def test_an_address_without_a_key_is_an_error_and_never_means_the_local_stack(folder, monkeypatch):
    stack_file(folder)
    monkeypatch.setenv("HABITUE_URL", "https://api.shop.example.com")

    with pytest.raises(StackUnreachable, match="HABITUE_URL is set but HABITUE_API_KEY is not"):
        connect()


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "api.shop.example.com", "ftp://127.0.0.1"])
def test_an_address_must_say_how_it_is_spoken_to(folder, monkeypatch, url):
    monkeypatch.setenv("HABITUE_URL", url)
    monkeypatch.setenv("HABITUE_API_KEY", "key-1")

    with pytest.raises(StackUnreachable, match=f"HABITUE_URL is '{url}'; it must begin with https://"):
        connect()


def test_a_key_alone_fixes_that_of_a_local_stack_and_names_none(folder, monkeypatch):
    stack_file(folder)
    monkeypatch.setenv("HABITUE_API_KEY", "key-1")

    assert connect() == Client(url="http://127.0.0.1:8000", key="local-key")


def test_the_local_stack_is_the_one_that_runs_from_this_folder(folder):
    stack_file(folder)

    assert connect() == Client(url="http://127.0.0.1:8000", key="local-key")


def test_no_stack_at_all_says_how_to_start_one(folder):
    with pytest.raises(StackUnreachable, match=r"No local stack runs here\. Start one with `habitue local`"):
        connect()


def test_a_stack_that_has_ended_is_an_error(folder):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    stack_file(folder, pid=ended.pid)

    with pytest.raises(StackUnreachable, match=rf"stack\.json names \(process {ended.pid}\) has ended"):
        connect()


def test_a_process_of_somebody_else_lives(folder):
    stack_file(folder, pid=1)

    assert connect().key == "local-key"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"pid": "x"}', '{"pid": null, "url": "", "api_key": ""}'])
def test_a_stack_file_that_cannot_be_read_says_so(folder, content):
    (folder / ".local" / "stack.json").write_text(content)

    with pytest.raises(StackUnreachable, match="cannot be read. Remove it and start `habitue local` again"):
        connect()


@pytest.mark.parametrize(("name", "part"), [("ann", "ann"), ("a/b?c#d", "a%2Fb%3Fc%23d"), ("ü 1", "%C3%BC%201")])
def test_a_name_is_one_part_of_a_path(name, part):
    assert path_part(name) == part
