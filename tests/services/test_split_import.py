"""D14: what a header must have, and that a split stops and goes on without losing or doubling a row."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.ports import App
from chalicelib.services.create_import import create_import
from chalicelib.services.load_import import load_import, save_import
from chalicelib.services.read_import import read_import
from chalicelib.services.split_import import split_import
from tests.fakes import FixedClock, make_app
from tests.services.importing import run_import, split

HEADER = "order_id,customer_id,placed_at,sku,quantity,unit_price"
ROW = "1,ann,2026-01-01 10:00,tea,1,5.00"


@pytest.fixture
def app() -> App:
    return make_app()


@pytest.mark.parametrize(
    ("csv", "mapping", "reason"),
    [
        pytest.param("", {}, "The file is empty.", id="empty"),
        pytest.param("\n\n", {}, "The file has no header: its first row must name the columns.", id="no header"),
        pytest.param(
            "order_id,customer_id,placed_at,sku,quantity\n",
            {},
            "The header does not fit orders: no column 'unit_price'; map it: --map unit_price=COLUMN. "
            "The file has: order_id, customer_id, placed_at, sku, quantity.",
            id="a needed column is missing",
        ),
        pytest.param(
            f"{HEADER}\n{ROW}\n",
            {"store": "Shop"},
            "The header does not fit orders: the mapping reads store from 'Shop', which is no column of the file. "
            "The file has: order_id, customer_id, placed_at, sku, quantity, unit_price.",
            id="the mapping names a column that is not there",
        ),
        pytest.param(
            f"{HEADER},sku\n{ROW},x\n",
            {},
            "The header does not fit orders: the column 'sku' stands there 2 times; rename the ones not meant. "
            "The file has: order_id, customer_id, placed_at, sku, quantity, unit_price, sku.",
            id="a column that is used stands there twice",
        ),
        pytest.param(
            f'"{"x" * 140_000}",{HEADER}\n{ROW}\n',
            {},
            "The header cannot be read: line 1: longer than 1,048,576 bytes a row or 131,072 characters a cell; "
            "perhaps a quote that opens there is not closed.",
            id="a header too long",
        ),
    ],
)
def test_a_file_whose_header_does_not_fit_fails_with_the_reason(app, csv, mapping, reason):
    answer = run_import(app, "orders", csv, mapping)

    assert (answer["status"], answer["reason"], answer["progress"]) == ("failed", reason, 1.0)
    assert (answer["created"], answer["read"], answer["rows"]) == (0, 0, [])
    assert app.queue.take("import") == []


def test_columns_that_stand_for_nothing_are_ignored_and_named(app):
    answer = run_import(app, "orders", f"{HEADER},emial,Country,emial\n{ROW},a,b,c\n")

    assert answer["created"] == 1
    assert answer["ignored_columns"] == ["emial", "Country"]


@pytest.mark.parametrize(
    "csv",
    [
        pytest.param(f"\ufeff{HEADER}\r\n{ROW}\r\n".encode(), id="byte order mark"),
        pytest.param(f"{HEADER}\n{ROW}".replace(",", ";").encode(), id="semicolon"),
        pytest.param(f"{HEADER}\n{ROW}".replace(",", "\t").encode("utf-16"), id="UTF-16 and tabs"),
        pytest.param(f"{HEADER}\n\u00a01\u00a0, ann ,2026-01-01 10:00,tea,\u00a01,5.00\u00a0\n".encode(), id="NBSP"),
        pytest.param(f"{HEADER}\n1,ann,2026-01-01 10:00,tea,\xa01,5.00\n".encode("latin-1"), id="Latin-1 NBSP"),
        pytest.param(f"{HEADER},,\n{ROW},,\n,,,,,,,\n".encode(), id="empty columns and rows of a spreadsheet"),
        pytest.param(f"{HEADER}\n{ROW},,,\n".encode(), id="empty cells behind the last column"),
    ],
)
def test_a_file_is_imported_whatever_its_form(app, csv):
    answer = run_import(app, "orders", csv)

    assert (answer["created"], answer["refused"]) == (1, 0)
    [order] = app.orders.get_many(["1"]).values()
    assert (order.customer_id, order.total) == ("ann", 500)


def test_a_row_too_long_is_refused_and_the_others_are_kept(app):
    csv = f'{HEADER}\n{ROW}\n2,ann,2026-01-01 10:00,"{"x" * 2_000_000}",1,5.00\n3,ann,2026-01-01 10:00,tea,1,5.00\n'

    answer = run_import(app, "orders", csv)

    assert (answer["created"], answer["refused"], answer["read"]) == (2, 1, 3)
    [row] = answer["rows"]
    assert (row["line"], row["column"]) == (3, None)
    assert "longer than" in row["reason"]


def test_the_rows_of_one_order_meet_in_one_part_wherever_they_stand(app, monkeypatch):
    monkeypatch.setattr("chalicelib.services.split_import.PARTITION_BYTES", 500)
    rows = [f"{n % 7},ann,2026-01-01 10:00,tea{n},1,5.00" for n in range(100)]
    started = create_import(app, kind="orders", mapping={}, dry_run=False, csv="\n".join([HEADER, *rows]).encode())

    split(app, started["id"])

    job = load_import(app, started["id"])
    parts: dict[str, set[int]] = {}
    found = []
    for key in app.files.keys(f"imports/{job.id}/rows/"):
        for text in gzip.decompress(app.files.get(key) or b"").decode().split("\n"):
            line, *cells = json.loads(text)
            found.append((line, ",".join(cells)))
            parts.setdefault(cells[0], set()).add(int(key.split("/")[3]))
    assert sorted(found) == list(enumerate(rows, start=2))
    assert all(len(where) == 1 for where in parts.values())
    assert job.partitions == -(-job.size // 500)
    assert [body["part"] for body in app.queue.take("import")] == list(range(job.partitions))


def test_a_split_that_runs_out_of_time_goes_on_from_its_checkpoint(app, monkeypatch):
    """A6: each run finds time for one stretch only."""
    monkeypatch.setattr("chalicelib.services.split_import._SPAN_ROWS", 3)
    monkeypatch.setattr("chalicelib.services.split_import._ROWS_A_LOOK", 3)
    clock = app.clock
    assert isinstance(clock, FixedClock)
    rows = [f"{n},ann,2026-01-01 10:00,tea,1,5.00" for n in range(10)]
    started = create_import(app, kind="orders", mapping={}, dry_run=False, csv="\n".join([HEADER, *rows]).encode())
    put = app.files.put

    def slow(key: str, content: bytes, content_type: str = "") -> None:
        clock.machine += timedelta(minutes=5)
        put(key, content, content_type)

    monkeypatch.setattr(app.files, "put", slow)

    runs = [{"v": 1, "import": started["id"], "do": "split"}]
    progress = []
    while runs[0]["do"] == "split":
        split_import(app, started["id"], clock.real() + timedelta(minutes=4))
        progress.append(read_import(app, started["id"])["progress"])
        runs = app.queue.take("import")

    assert [body["do"] for body in runs] == ["part"]
    assert len(progress) == 4
    assert progress == sorted(progress)
    assert len(load_import(app, started["id"]).spans) == 4


def test_nothing_is_begun_without_time(app):
    """A6."""
    started = create_import(app, kind="orders", mapping={}, dry_run=False, csv=f"{HEADER}\n{ROW}\n".encode())

    split_import(app, started["id"], app.clock.real())

    assert load_import(app, started["id"]).spans == ()
    assert [body["do"] for body in app.queue.take("import")] == ["split"]


def test_a_split_stops_where_a_rival_is_ahead(app, monkeypatch):
    """A1: the same upload announced twice at once."""
    started = create_import(app, kind="orders", mapping={}, dry_run=False, csv=f"{HEADER}\n{ROW}\n".encode())
    put = app.files.put

    def rival_first(key: str, content: bytes, content_type: str = "") -> None:
        job = load_import(app, started["id"])
        save_import(app, replace(job, line=job.line))
        put(key, content, content_type)

    monkeypatch.setattr(app.files, "put", rival_first)

    split(app, started["id"])

    assert load_import(app, started["id"]).spans == ()
    assert app.queue.take("import") == []


def test_a_part_that_would_not_fit_into_memory_refuses_the_rest_of_its_rows(app, monkeypatch):
    monkeypatch.setattr("chalicelib.services.split_import.MAX_PARTITION_BYTES", 200)
    rows = [f"1,ann,2026-01-01 10:00,tea{n},1,5.00" for n in range(10)]

    answer = run_import(app, "orders", "\n".join([HEADER, *rows]))

    order = app.orders.get("1")
    assert order is not None
    assert len(order.lines) + answer["refused"] == 10
    assert answer["refused"] > 0
    assert "cut the file in two" in answer["rows"][0]["reason"]
