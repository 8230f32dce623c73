"""D14: files that are large in every way are imported, or refused with row and reason, in bounded memory."""

import gzip
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from chalicelib.ports import App
from chalicelib.services.read_import import read_import
from tests.services.import_bench import begin, measured_app
from tests.services.importing import run_import, work_off

MIB = 1 << 20


def imported(app: App, content: Path) -> tuple[dict[str, Any], int]:
    """Import the file; the answer and the peak of memory over what was held before."""
    import_id = begin(app, "customers", iter(()))
    content.rename(app.files._path(f"uploads/{import_id}.csv"))  # type: ignore[attr-defined]
    tracemalloc.start()
    try:
        work_off(app, import_id)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return read_import(app, import_id), peak


def big_field(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(b'id,first_name\n1,Ann\n2,"')
        for _ in range(size // MIB):
            file.write(b"x" * (MIB - 1) + b"\n")
        file.write(b'"\n3,Bo\n')


@pytest.mark.parametrize("size", [50 * MIB, pytest.param(500 * MIB, marks=pytest.mark.slow)], ids=["50 MB", "500 MB"])
def test_a_huge_field_is_one_refused_row_and_the_memory_stays_flat(tmp_path, size):
    path = tmp_path / "big.csv"
    big_field(path, size)
    answer, peak = imported(measured_app(tmp_path), path)

    assert (answer["status"], answer["created"], answer["refused"], answer["read"]) == ("done", 2, 1, 3)
    [row] = answer["rows"]
    assert (row["line"], row["column"]) == (3, None)
    assert "longer than 1,048,576 bytes a row" in row["reason"]
    assert peak < 24 * MIB


def test_many_rows_of_almost_a_megabyte_never_stand_in_memory_together(tmp_path):
    """1,000 of them would fill a function of 1 GB."""
    path = tmp_path / "wide.csv"
    cells = ",".join(["y" * 100_000] * 10)
    with path.open("w") as file:
        file.write("id," + ",".join(f"column{n}" for n in range(10)) + "\n")
        for number in range(120):
            file.write(f"{number},{cells}\n")
    answer, peak = imported(measured_app(tmp_path), path)

    assert (answer["status"], answer["created"], answer["refused"]) == ("done", 120, 0)
    assert peak < 24 * MIB


def test_ten_thousand_columns_are_imported_and_the_unknown_ones_are_named(tmp_path):
    header = ",".join(["id", *(f"c{n}" for n in range(9_998)), "first_name"])
    row = ",".join(["1", *["z"] * 9_998, "Ann"])
    app = measured_app(tmp_path)
    answer = run_import(app, "customers", f"{header}\n{row}\n2,short\n")

    assert (answer["created"], answer["refused"]) == (1, 1)
    assert answer["rows"] == [{"line": 3, "column": None, "reason": "2 cells, but the header names 10000 columns"}]
    assert answer["ignored_columns"][:2] == ["c0", "c1"]


@pytest.mark.parametrize(
    ("header", "status"), [("id,note,note", "done"), ("id,first_name,first_name", "failed"), ("id,id", "failed")]
)
def test_a_header_that_names_a_column_twice_fails_only_where_the_column_is_used(tmp_path, header, status):
    row = ",".join("12345"[: header.count(",") + 1])
    answer = run_import(measured_app(tmp_path), "customers", f"{header}\n{row}\n")

    assert answer["status"] == status
    assert (answer["created"] == 1) is (status == "done")
    assert status == "done" or "stands there 2 times" in answer["reason"]


def test_a_file_of_which_nothing_can_be_taken_says_so(tmp_path):
    """ "0 imported" is no success: the command ends with 1 (tests/cli/test_imports.py)."""
    answer = run_import(measured_app(tmp_path), "customers", "id,email\n1,none\n2,a@b\n")

    assert (answer["created"] + answer["updated"] + answer["unchanged"], answer["refused"]) == (0, 2)


@pytest.mark.parametrize(
    "packed", [gzip.compress(b"\0" * (64 * MIB), mtime=0), b"PK\x03\x04" + b"\0" * 5_000], ids=["gzip", "zip"]
)
def test_a_packed_file_is_never_unpacked(tmp_path, packed):
    """D15: a zip bomb is only a file without a header."""
    answer = run_import(measured_app(tmp_path), "customers", packed)

    assert (answer["status"], answer["created"]) == ("failed", 0)
    assert answer["reason"].startswith("The header")
