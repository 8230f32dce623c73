"""Ports: queues and files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol


class Queue(Protocol):
    """The work queues, by name: plan, marketing, transactional, import, scan."""

    def send(
        self,
        queue: str,
        bodies: Sequence[Mapping[str, Any]],
        delay: timedelta = timedelta(0),
        apart: timedelta = timedelta(0),
    ) -> None:
        """Hand over messages, any number, ten a request; what SQS reports as failed is sent again.

        Each comes after `delay`, and `apart` later than the one before; at most 15 minutes.
        """
        ...

    def waiting(self, queue: str) -> int:
        """How many messages are in it, delayed ones and those at work counted; SQS knows it only nearly."""
        ...


class Files(Protocol):
    """The bucket."""

    def get(self, key: str) -> bytes | None: ...

    def stream(self, key: str, start: int = 0) -> Iterator[bytes]:
        """Chunks of about 1 MiB from byte `start`."""
        ...

    def size(self, key: str) -> int | None: ...

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> None: ...

    def create(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> bool:
        """Write if absent; False where the key exists."""
        ...

    def keys(self, prefix: str) -> list[str]: ...

    def delete(self, keys: Iterable[str]) -> None: ...

    def upload_form(self, key: str, max_bytes: int, expires: timedelta) -> Mapping[str, Any]:
        """A presigned POST: {"url", "fields"}."""
        ...

    def download_url(self, key: str, expires: timedelta) -> str:
        """A presigned address that reads this one object."""
        ...
