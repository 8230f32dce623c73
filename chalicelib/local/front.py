"""The one address of a local stack: what goes on to the deployed API, what is answered here, how the port opens."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib.local.routes import Answer, is_this_machine, json_answer, local_answer

if TYPE_CHECKING:
    from chalicelib.local.session import LocalStack

MAX_BODY = 10 << 20  # bytes; what API Gateway takes
UPSTREAM_SECONDS = 65.0
# Headers that belong to one connection: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
DROPPED = HOP_BY_HOP | {"host", "content-length", "date", "server"}


Connection = http.client.HTTPConnection
Headers = list[tuple[str, str]]


class Upstream:
    """Kept-alive connections to the emulator; each serves one request at a time.

    Args:
        endpoint: the emulator's address.
        path: what stands before every path of the deployed API stage.
    """

    def __init__(self, endpoint: str, path: str) -> None:
        self._host = urlsplit(endpoint).netloc
        self._path = path
        self._idle: LifoQueue[Connection] = LifoQueue()

    def ask(self, method: str, target: str, headers: Headers, body: bytes) -> Answer:
        """The API's answer to one request. Raises OSError or HTTPException where the emulator gives none."""
        connection, used = self._connection()
        try:
            return self._exchange(connection, method, target, headers, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            connection.close()
            if not used:
                raise
        # The emulator had closed a connection that lay idle: nothing was done yet, so a fresh one may ask again.
        return self._exchange(self._fresh(), method, target, headers, body)

    def _exchange(self, connection: Connection, method: str, target: str, headers: Headers, body: bytes) -> Answer:
        connection.putrequest(method, self._path + target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        self._idle.put(connection)
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in DROPPED]
        return Answer(answer.status, kept, content)

    def close(self) -> None:
        """Close what lies idle."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _connection(self) -> tuple[Connection, bool]:
        try:
            return self._idle.get_nowait(), True
        except Empty:
            return self._fresh(), False

    def _fresh(self) -> Connection:
        return Connection(self._host, timeout=UPSTREAM_SECONDS)


class Handler(BaseHTTPRequestHandler):
    """One request to the front."""

    protocol_version = "HTTP/1.1"
    server: "FrontServer"

    def answer(self) -> None:
        """Answer here or through the API; a HEAD is a GET whose body is kept back."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True
            self._send(json_answer(411, "length_required", "Send the body with a Content-Length, not in chunks."))
        elif int(length) > MAX_BODY:
            self.close_connection = True
            self._send(json_answer(413, "too_large", f"A body has at most {MAX_BODY >> 20} MiB. Split the upload."))
        else:
            self._send(self._answer(self.rfile.read(int(length))))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - http.server's names

    def _answer(self, body: bytes) -> Answer:
        method = "GET" if self.command == "HEAD" else self.command
        base = self.server.base_path
        if base and not self.path.startswith(f"{base}/"):
            return json_answer(404, "not_found", f"This stack is served below {base}/.")
        target = self.path[len(base) :]
        if target == "/local" or target.startswith(("/local/", "/local?")):
            return local_answer(self.server.stack, method, target, self._named(), body, base)
        # Nobody signs in to this console: a page of a foreign name that leads here must not read it, or its forms.
        if target.startswith("/console") and not is_this_machine(self._named()):
            return json_answer(403, "forbidden", "Open the console as http://127.0.0.1 or http://localhost.")
        try:
            return self.server.upstream.ask(method, target, self._forwarded(), body)
        except (OSError, http.client.HTTPException) as error:
            return json_answer(502, "bad_gateway", f"The local AWS gave no answer ({error}). Is it still running?")

    def _named(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _forwarded(self) -> list[tuple[str, str]]:
        kept = [(name, value) for name, value in self.headers.items() if name.lower() not in DROPPED]
        host = self.headers.get("Host", "")
        return [*kept, ("X-Forwarded-Host", host), ("X-Forwarded-Proto", "http"), ("X-Forwarded-For", "127.0.0.1")]

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        try:
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
        except (BrokenPipeError, ConnectionResetError):  # whoever asked has gone
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing: a path may hold a token."""

    def version_string(self) -> str:
        """The Server header."""
        return "habitue-local"


class FrontServer(ThreadingHTTPServer):
    """The listening socket, with what its requests need."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, stack: "LocalStack", port: int, base_path: str) -> None:
        self.stack, self.base_path = stack, base_path
        self.upstream = Upstream(stack.aws_endpoint, stack.installed.api_path)
        super().__init__(("127.0.0.1", port), Handler)


class Front:
    """Serves one local stack on 127.0.0.1. The port opens with `start`, when the stack answers."""

    def __init__(self, stack: "LocalStack", port: int, base_path: str = "") -> None:
        self._server: FrontServer | None = FrontServer(stack, port, base_path)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Serve in a thread."""
        if self._server:
            self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="front", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Close the port. Repeatable."""
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        if self._server:
            self._server.server_close()
            self._server.upstream.close()
            self._server = None
