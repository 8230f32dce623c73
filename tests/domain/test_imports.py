"""What an import remembers comes back as it was, and its numbers add up."""

import json
from dataclasses import replace

from chalicelib.domain.csv_text import Dialect
from chalicelib.domain.import_columns import Columns
from chalicelib.domain.imports import Counts, Import, Span, import_body, import_from_body

FRESH = Import(id="i", kind="orders", mapping={"sku": "Code"}, dry_run=True, created_at="2026-01-01T00:00:00Z")
RUNNING = Import(
    id="i",
    kind="orders",
    mapping={},
    dry_run=False,
    created_at="2026-01-01T00:00:00Z",
    status="running",
    size=100,
    dialect=Dialect("utf-16-le", ";", 2, 1),
    columns=Columns(fields=("order_id",), names=("Nr",), places=(3,), width=5, ignored=("x",)),
    partitions=4,
    offset=100,
    line=9,
    spans=(Span(0, 50, 0), Span(50, 100, 2)),
    loads=(1, 2, 3, 4),
    done={"2": Counts(created=5, refused=1, read=9), "10": Counts(updated=1, unchanged=2, refused=20_001, read=20_010)},
)


def test_an_import_comes_back_from_its_stored_body():
    for job in (FRESH, RUNNING):
        body = json.loads(json.dumps(import_body(job)))

        assert import_from_body("i", body, 0) == job


def test_counts_and_progress_add_up():
    assert FRESH.counts == Counts()
    assert FRESH.progress == 0.0
    assert RUNNING.counts == Counts(created=5, updated=1, unchanged=2, refused=20_004, read=20_021)
    assert RUNNING.progress == 0.6


def test_refused_rows_lie_in_files_by_who_refused_them_and_then_in_the_order_of_the_file():
    assert RUNNING.refused_files()[:3] == [
        ("imports/i/refused/split/50-100.jsonl", 2),
        ("imports/i/refused/2/0.jsonl", 1),
        ("imports/i/refused/10/0.jsonl", 1_000),
    ]
    assert RUNNING.refused_files()[-1] == ("imports/i/refused/10/20000.jsonl", 1)
    assert [len(source) for source in RUNNING.refused_sources()] == [1, 1, 21]

    ordered = replace(RUNNING, ordered=True).refused_files()
    assert ordered[0] == ("imports/i/refused/all/0.jsonl", 1_000)
    assert ordered[-1] == ("imports/i/refused/all/20000.jsonl", 4)
    assert sum(count for _, count in ordered) == RUNNING.counts.refused
