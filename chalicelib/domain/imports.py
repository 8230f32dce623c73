"""What an import remembers between its steps: how its file is written, how far it came, what each part gave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any, NamedTuple

from chalicelib.domain.csv_text import Dialect
from chalicelib.domain.import_columns import Columns

PARTITION_BYTES = 1 << 19  # of the file, for each part: five to ten thousand rows, while there are parts enough
MAX_PARTITIONS = 128
MAX_PARTITION_BYTES = 24 << 20  # of work rows: what one part may hold in memory
ROWS_A_FILE = 1_000  # refused rows in one file


class Refused(NamedTuple):
    """One row that was not taken."""

    line: int
    column: str | None  # as the file calls it; None: the row as a whole
    reason: str


class RefusedRow(NamedTuple):
    """One row that was not taken, before its field has a column's name."""

    line: int
    field: str | None
    reason: str


class Stored(NamedTuple):
    """What storing one part gave, or would give."""

    outcomes: Mapping[str, str]  # key -> created, updated or unchanged
    refused: list[RefusedRow]
    without_time_zone: int = 0


class Counts(NamedTuple):
    """What one part gave."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0  # rows
    read: int = 0  # rows
    without_time_zone: int = 0  # customers of whom the file names none: the shop's is used


class Span(NamedTuple):
    """A stretch of the file that was split, with the rows refused there."""

    start: int  # byte
    end: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One import. It goes waiting -> splitting -> running -> (ordering ->) done, or to failed."""

    id: str
    kind: str
    mapping: Mapping[str, str]  # field -> column
    dry_run: bool
    created_at: str
    status: str = "waiting"
    reason: str = ""  # why it failed
    size: int = 0  # bytes of the file
    dialect: Dialect | None = None
    columns: Columns | None = None
    partitions: int = 0
    offset: int = 0  # bytes that are split
    line: int = 0  # lines that are split
    spans: tuple[Span, ...] = ()
    loads: tuple[int, ...] = ()  # bytes of work rows in each part
    ordered: bool = False  # the refused rows lie in the order of the file
    done: Mapping[str, Counts] = field(default_factory=dict)  # part -> what it gave
    revision: int = 0

    @property
    def counts(self) -> Counts:
        """The sum so far; `read` includes what was refused while splitting."""
        split = sum(span.refused for span in self.spans)
        sums = [sum(column) for column in zip(*self.done.values(), strict=True)] or [0] * len(Counts._fields)
        return Counts(*sums)._replace(refused=sums[3] + split, read=sums[4] + split)

    @property
    def progress(self) -> float:
        """From 0 to 1; splitting is taken as a fifth of the work."""
        if self.status in {"done", "failed"}:
            return 1.0
        split = self.offset / self.size if self.size else 0.0
        stored = len(self.done) / self.partitions if self.partitions else 0.0
        return round(0.2 * split + 0.8 * stored, 3)

    def upload_key(self) -> str:
        """Where its CSV file lies."""
        return f"uploads/{self.id}.csv"

    def rows_key(self, part: int, span: Span) -> str:
        """Where the rows of one part lie that come from one stretch of the file.

        The stretch is in the name: a split that was killed and does another stretch leaves nothing that is read.
        """
        return f"imports/{self.id}/rows/{part}/{span.start}-{span.end}.jsonl.gz"

    def foreseen_key(self, part: int) -> str:
        """Where it stands what storing one part will do, written before anything is stored."""
        return f"imports/{self.id}/foreseen/{part}.json"

    def refused_files(self) -> list[tuple[str, int]]:
        """The files of refused rows with the number of rows in each, in the order in which they are shown."""
        if self.ordered:
            return _files(self.refused_key, self.counts.refused)
        return [file for source in self._refused_by_source() for file in source]

    def refused_sources(self) -> list[list[str]]:
        """The files of the split, and of each part: those of one source are in the order of the file."""
        return [[key for key, _ in source] for source in self._refused_by_source() if source]

    def _refused_by_source(self) -> list[list[tuple[str, int]]]:
        split = [(self.split_refused_key(span), span.refused) for span in self.spans if span.refused]
        parts = sorted((int(part), counts.refused) for part, counts in self.done.items())
        return [split, *(_files(partial(self.part_refused_key, part), refused) for part, refused in parts)]

    def refused_key(self, start: int) -> str:
        """Where up to ROWS_A_FILE refused rows of the whole file lie, from the row `start` on."""
        return f"imports/{self.id}/refused/all/{start}.jsonl"

    def split_refused_key(self, span: Span) -> str:
        """Where the rows lie that were refused while splitting one stretch."""
        return f"imports/{self.id}/refused/split/{span.start}-{span.end}.jsonl"

    def part_refused_key(self, part: int, start: int) -> str:
        """Where up to ROWS_A_FILE refused rows of a part lie, from the row `start` on."""
        return f"imports/{self.id}/refused/{part}/{start}.jsonl"


def _files(key: Callable[[int], str], refused: int) -> list[tuple[str, int]]:
    return [(key(start), min(ROWS_A_FILE, refused - start)) for start in range(0, refused, ROWS_A_FILE)]


def import_body(job: Import) -> dict[str, Any]:
    """Plain JSON values of an import, its id and revision aside."""
    body = {item.name: getattr(job, item.name) for item in fields(job) if item.name not in {"id", "revision"}}
    for name in ("dialect", "columns"):
        value = getattr(job, name)
        body[name] = value and {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    body |= {"mapping": dict(job.mapping), "spans": [list(span) for span in job.spans], "loads": list(job.loads)}
    body["done"] = {part: list(counts) for part, counts in job.done.items()}
    return body


def import_from_body(import_id: str, body: Mapping[str, Any], revision: int) -> Import:
    """The import of a stored body."""
    values = dict(body)
    if dialect := values["dialect"]:
        values["dialect"] = Dialect(**dialect)
    if columns := values["columns"]:
        lists = {name: tuple(value) for name, value in columns.items() if name != "width"}
        values["columns"] = Columns(width=columns["width"], **lists)
    values["spans"] = tuple(Span(*span) for span in values["spans"])
    values["loads"] = tuple(values["loads"])
    values["done"] = {part: Counts(*counts) for part, counts in values["done"].items()}
    return Import(id=import_id, revision=revision, **values)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
