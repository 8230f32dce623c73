"""Knows how the stand-in speaks HTTP/1.1: keep-alive, one write per answer, and connections that break on order."""

from __future__ import annotations

import json
import secrets
import socket
import struct
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalicelib.local.ses.control import PREFIX, Control
from chalicelib.local.ses.operations import Answer, Operations

MAX_BODY_BYTES = 64 * 1024 * 1024  # a 40 MB message in JSON, and some room
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 seconds: close() sends RST


class Server(ThreadingHTTPServer):
    """A threading server that knows its open connections, so that closing it ends them and their threads."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, operations: Operations, control: Control) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.operations, self.control = operations, control
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closing = False

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, then serve it in a thread of its own."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._lock:
            self._open.discard(request)
        super().close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is its own affair; anything else is printed as usual."""
        if self._closing or isinstance(sys.exc_info()[1], ConnectionError):
            return
        super().handle_error(request, client_address)

    def end_connections(self) -> None:
        """Break what is open, as a process that ends does."""
        with self._lock:
            self._closing = True
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was first


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer_request(self) -> None:
        """Read the body, ask the operations or the control, answer."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY_BYTES:
            self.close_connection = True
            self._write(Answer(status=413, error="RequestEntityTooLarge", body={"message": "The body is too large."}))
            return
        body = self.rfile.read(length)
        asked = self.server.control if self.path.startswith(PREFIX) else self.server.operations
        answer = asked.answer(self.command, self.path, body)
        if answer.seconds:
            time.sleep(answer.seconds)
        if answer.connection == "answer":
            self._write(answer)
        else:
            self._break(reset=answer.connection == "reset")

    do_GET = do_POST = do_PUT = do_DELETE = answer_request  # noqa: N815 - the names that http.server calls

    def log_message(self, *_args: object) -> None:
        """Log nothing: addresses of customers have no place in a log."""

    def _write(self, answer: Answer) -> None:
        body = json.dumps({} if answer.body is None else answer.body).encode()
        error = f"x-amzn-ErrorType: {answer.error}\r\n" if answer.error else ""
        head = (
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\nContent-Type: application/json\r\n"
            f"x-amzn-RequestId: {secrets.token_hex(16)}\r\n{error}Content-Length: {len(body)}\r\n\r\n"
        )
        try:
            self.wfile.write(head.encode("ascii") + body)  # one write: no wait for the client's delayed ACK
        except OSError:
            self.close_connection = True  # the client gave up waiting

    def _break(self, *, reset: bool) -> None:
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.connection.close()
        self.close_connection = True
