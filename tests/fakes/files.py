"""The bucket in memory, under a lock, obeying ports.Files."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from threading import Lock
from typing import Any


class MemoryFiles:
    """Objects by key. `chunk` is the size of the pieces that `stream` gives."""

    def __init__(self, chunk: int = 1 << 20) -> None:
        self.objects: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.chunk = chunk
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        return self.objects.get(key)

    def stream(self, key: str, start: int = 0) -> Iterator[bytes]:
        content = self.objects[key]
        for place in range(start, len(content), self.chunk):
            yield content[place : place + self.chunk]

    def size(self, key: str) -> int | None:
        return len(self.objects[key]) if key in self.objects else None

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> None:
        with self._lock:
            self.objects[key] = content
            self.types[key] = content_type

    def create(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> bool:
        with self._lock:
            if key in self.objects:
                return False
            self.objects[key] = content
            self.types[key] = content_type
            return True

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    def delete(self, keys: Iterable[str]) -> None:
        with self._lock:
            for key in keys:
                self.objects.pop(key, None)

    def upload_form(self, key: str, max_bytes: int, expires: timedelta) -> Mapping[str, Any]:
        return {"url": "https://bucket.example.com", "fields": {"key": key, "max": str(max_bytes)}}

    def download_url(self, key: str, expires: timedelta) -> str:
        return f"https://bucket.example.com/{key}?expires={int(expires.total_seconds())}"
