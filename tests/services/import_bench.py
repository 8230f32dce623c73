"""What imports are measured with: files of any length, a bucket on disk, and stores that keep nothing."""

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

from chalicelib.ports import App
from chalicelib.services.create_import import create_import
from chalicelib.services.read_import import read_import
from tests.fakes import make_app
from tests.fakes.files import MemoryFiles
from tests.services.importing import work_off

HEADERS = {
    "customers": "id,email,first_name,last_name,country,birthday,joined_on,consent.status,consent.at,time_zone",
    "orders": "order_id,customer_id,placed_at,sku,quantity,unit_price",
}


def rows(kind: str, count: int, *, bad_each: int = 0, first: int = 0) -> Iterator[str]:
    """The lines of a file, numbered from `first` on; of every `bad_each` rows one cannot be taken."""
    yield HEADERS[kind] + "\n"
    row: Callable[[int, bool], str] = _customer if kind == "customers" else _order
    for number in range(first, first + count):
        yield row(number, bool(bad_each) and number % bad_each == bad_each - 1)


def _customer(n: int, bad: bool) -> str:
    address = "no address" if bad else f"c{n}@example.com"
    day = f"{1 + n % 12:02}-{1 + n % 28:02}"
    person = f"Ann,Smith{n % 977},GB,{1950 + n % 50}-{day},2024-{day}".replace("1970-01-01", "1971-01-01")
    return f"c{n},{address},{person},granted,2025-01-01T00:00:00Z,Europe/London\n"


def _order(n: int, bad: bool) -> str:
    """Four lines an order, each of a customer of its own: whoever has orders in many parts is met in each of them."""
    order = n // 4
    quantity = "many" if bad else str(1 + n % 3)
    at = f"2025-{1 + order % 12:02}-{1 + order % 28:02}T10:00:00Z"
    return f"o{order},k{order},{at},s{n % 300},{quantity},{5 + n % 40}.50\n"


class DiskFiles(MemoryFiles):
    """The bucket in a folder: what lies in it takes no memory."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def _path(self, key: str) -> Path:
        return self._folder / key.replace("/", "%")

    def get(self, key: str) -> bytes | None:
        return self._path(key).read_bytes() if self._path(key).exists() else None

    def stream(self, key: str, start: int = 0) -> Iterator[bytes]:
        with self._path(key).open("rb") as file:
            file.seek(start)
            while chunk := file.read(self.chunk):
                yield chunk

    def size(self, key: str) -> int | None:
        return self._path(key).stat().st_size if self._path(key).exists() else None

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> None:
        self._path(key).write_bytes(content)

    def create(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> bool:
        if self._path(key).exists():
            return False
        self.put(key, content)
        return True

    def upload(self, key: str, lines: Iterator[str]) -> None:
        """Put a file there, a line at a time."""
        with self._path(key).open("w") as file:
            file.writelines(lines)


class Forgetful:
    """A store that knows nobody and keeps nothing: what is measured is the import, not the fake."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)

    def put_many(self, _: Sequence[Any]) -> set[str]:
        return set()

    def create_many(self, things: Sequence[Any]) -> Any:
        return {one[0].order_id: "created" for one in things if isinstance(one, tuple)}


def measured_app(folder: Path) -> App:
    """An App whose memory does not grow with what is imported."""
    app = make_app(files=DiskFiles(folder))
    forgetful: Any = Forgetful
    return replace(
        app,
        customers=forgetful(app.customers),
        mailboxes=forgetful(app.mailboxes),
        orders=forgetful(app.orders),
    )


def begin(app: App, kind: str, lines: Iterator[str]) -> str:
    """An import whose file lies in the bucket; its id."""
    started = create_import(app, kind=kind, mapping={}, dry_run=False, csv=None)
    files: Any = app.files
    files.upload(f"uploads/{started['id']}.csv", lines)
    return str(started["id"])


def seconds(app: App, import_id: str) -> float:
    """CPU seconds of the split and all parts."""
    began = process_time()
    work_off(app, import_id)
    return process_time() - began


def peak(app: App, import_id: str) -> int:
    """The most bytes that Python held while the import ran, over what it held before."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        work_off(app, import_id)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def report(app: App, import_id: str) -> dict[str, Any]:
    """The answer, without its rows."""
    return read_import(app, import_id, limit=1)
