"""One HTTP call to `/v1`: where the stack is, its key, errors as the API gives them."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

from chalicelib.domain.api_keys import COMMAND
from chalicelib.errors import Detail, HabitueError

STACK_FILE = Path(".local/stack.json")


class StackUnreachable(HabitueError):
    """No stack runs, or it does not answer."""

    code = "stack_unreachable"


class Refused(HabitueError):
    """The API refused; the message and the details are its own."""

    code = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One stack's `/v1`."""

    url: str
    key: str

    def call(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON of the answer. Raises: Refused, StackUnreachable."""
        content = None if body is None else json.dumps(body).encode()
        return self.call_raw(method, path, content, "application/json", query)

    def call_raw(
        self,
        method: str,
        path: str,
        content: bytes | None,
        content_type: str,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """As `call`, with a body of any type."""
        words = {name: value for name, value in (query or {}).items() if value is not None}
        url = f"{self.url}/v1{path}" + (f"?{urlencode(words)}" if words else "")
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": content_type, "User-Agent": COMMAND}
        try:
            answer = urllib3.request(method, url, body=content, headers=headers, retries=False, timeout=65.0)
        except urllib3.exceptions.HTTPError as error:
            raise StackUnreachable(
                f"{self.url} does not answer ({type(error).__name__}). Start a stack with `habitue local`, or set "
                "HABITUE_URL and HABITUE_API_KEY."
            ) from error
        return _content(answer.status, answer.data)


def _content(status: int, data: bytes) -> Any:
    try:
        content = json.loads(data) if data else None
    except ValueError:
        raise Refused(f"the stack answered {status} with something that is no JSON") from None
    if 200 <= status < 300:
        return content
    raise _refusal(status, content)


def _refusal(status: int, content: Any) -> Refused:
    """The API's own error; what stands before it (API Gateway, a proxy) answers in other shapes."""
    body = content if isinstance(content, dict) else {}
    error = body.get("error")
    if not isinstance(error, dict):
        words = error or body.get("message") or body.get("Message")
        return Refused(f"the stack answered {status}" + (f": {words}" if words else ""))
    found = [item for item in error.get("details") or () if isinstance(item, dict)]
    details = [Detail(str(item.get("where", "")), str(item.get("message", ""))) for item in found]
    return Refused(str(error.get("message") or f"the stack answered {status}"), details)


def connect() -> Client:
    """The stack that the environment names, or the local one that runs from this folder.

    Raises:
        StackUnreachable: neither; or the address is none, or is set without a key.
    """
    url, key = os.environ.get("HABITUE_URL"), os.environ.get("HABITUE_API_KEY")
    if not url:
        return _local()
    if not key:
        raise StackUnreachable("HABITUE_URL is set but HABITUE_API_KEY is not: commands need both.")
    if not url.startswith(("https://", "http://")):
        raise StackUnreachable(f"HABITUE_URL is {url!r}; it must begin with https://, such as https://api.example.com")
    return Client(url=url.rstrip("/"), key=key)


def _local() -> Client:
    """The stack that runs from this folder. `HABITUE_API_KEY` alone fixes its key, so it says nothing here."""
    try:
        stack = json.loads(STACK_FILE.read_text())
        pid, client = int(stack["pid"]), Client(url=stack["url"], key=stack["api_key"])
    except FileNotFoundError:
        raise StackUnreachable(
            "No local stack runs here. Start one with `habitue local`, or set HABITUE_URL and HABITUE_API_KEY."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise StackUnreachable(f"{STACK_FILE} cannot be read. Remove it and start `habitue local` again.") from None
    if not _lives(pid):
        raise StackUnreachable(
            f"The local stack that {STACK_FILE} names (process {pid}) has ended. Start it with `habitue local`."
        )
    return client


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def path_part(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")
